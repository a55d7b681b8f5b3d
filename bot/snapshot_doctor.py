"""Whether goals can go on on another machine: what `goalward doctor` finds of the place for snapshots."""

from __future__ import annotations

import os

from bot.findings import Finding, failure, fine, warning
from bot.settings import Settings
from goals.work.snapshots import directory


def snapshots(settings: Settings) -> list[Finding]:
    """Nothing to say of one machine that stores none. Looks at the file system."""
    place = settings.workspaces.snapshots
    volume = directory(place)
    if not place:
        return [] if settings.dispatch == "local" else [_none()]
    if volume is None:
        return [fine("After each turn workspaces are stored in a repository for snapshots.")]
    if not volume.is_dir():
        return [
            failure(
                f"There is no directory {volume} for the snapshots of workspaces.", "Mount the volume there."
            )
        ]
    if not os.access(volume, os.W_OK | os.X_OK):
        return [
            failure(
                f"Nothing can be written to {volume}, where snapshots of workspaces belong.",
                "Let it belong to the user that Goalward runs as.",
            )
        ]
    return [fine(f"After each turn workspaces are stored in {volume}.")]


def _none() -> Finding:
    return warning(
        "Workspaces are not stored for other machines: a goal whose machine is lost begins its workspace anew.",
        "Name a place that all machines share in `[workspaces] snapshots`.",
    )
