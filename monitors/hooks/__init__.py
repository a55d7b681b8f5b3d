"""What is done on an edge: one small file per kind of hook, found as entry points `goalward.hooks` like anybody's."""
