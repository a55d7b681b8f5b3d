"""libgit2, loaded when the first workspace needs it: it is a tenth of a second and 17 MB, and a start needs none of it.

It reads the configuration of the repository that it opened, and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pygit2
else:

    class _Late:
        """The library's names. Loaded under the import system's lock, so from any thread."""

        def __getattr__(self, name: str) -> Any:
            import pygit2
            from pygit2.enums import ConfigLevel

            for level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL, ConfigLevel.PROGRAMDATA):
                pygit2.settings.search_path[level] = ""
            pygit2.settings.owner_validation = False
            self.__dict__.update(vars(pygit2))
            return getattr(pygit2, name)

    pygit2 = _Late()

__all__ = ["pygit2"]
