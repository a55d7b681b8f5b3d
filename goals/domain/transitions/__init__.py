"""What each fact makes of a goal, by who brings it."""
