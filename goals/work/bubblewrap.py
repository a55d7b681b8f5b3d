"""Puts walls around a command: it sees this machine read-only and writes into its workspace and a /tmp of its own.

What it must not see is covered with something empty: our state, credentials in the home, and /run, where
sockets of services lie that would act for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from goals.ports import Confinement
from goals.work.scratch import Scratch

NAME = "bubblewrap"
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))
SERVICES = Path("/run")
RESOLVER = Path("/etc/resolv.conf")

CREDENTIALS = (
    *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".local/share/keyrings"),
    *(
        ".config/gh",
        ".config/hub",
        ".config/gcloud",
        ".config/op",
        ".config/rclone",
        ".config/git/credentials",
        ".config/glab-cli",
        ".config/doctl",
        ".config/containers/auth.json",
        ".config/sops/age/keys.txt",
    ),
    *(".netrc", ".git-credentials", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".vault-token"),
    *(".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".gem/credentials"),
    *(".s3cfg", ".terraform.d/credentials.tfrc.json", ".composer/auth.json"),
    *(
        ".mysql_history",
        ".node_repl_history",
        ".local/share/fish/fish_history",
        ".bash_history",
        ".zsh_history",
        ".python_history",
        ".psql_history",
    ),
    *(".mozilla", ".thunderbird", ".config/google-chrome", ".config/chromium"),
)
"""In the home: what other programs log in with, and what people typed."""

CACHES = {
    "GOCACHE": "go-build",
    "PIP_CACHE_DIR": "pip",
    "UV_CACHE_DIR": "uv",
    "CCACHE_DIR": "ccache",
    "npm_config_cache": "npm",
}
"""Where tools write that stop when they cannot. All other caches of the home are read."""

ENVIRONMENT = {"TMPDIR": "/tmp"} | {name: f"/tmp/.cache/{folder}" for name, folder in CACHES.items()}

WALLS = (
    *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--ro-bind", "/", "/", "--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev"),
)
"""Root needs no capability to write under /proc/sys, and what it writes there runs outside of every wall."""
COMMAND = ("/bin/sh", "-c", 'exec "$0" "$@"')
"""The shell says by its exit code why a command cannot be run; bubblewrap does not."""


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """`hidden` are directories that no command sees, `home` is where credentials are covered, `path` where
    programs are looked for.
    """

    program: str
    hidden: tuple[Path, ...] = ()
    home: Path | None = None
    path: tuple[Path, ...] = ()

    def around(self, argv: Sequence[str], cwd: Path, walls: Confinement, scratch: Scratch) -> list[str]:
        """The words that run a command behind the walls, with `inside` as the one place of ours that it writes.

        Looks at the file system.
        """
        inside, network = (walls.inside or cwd).resolve(), walls.network
        words = [self.program, *WALLS, "--bind", str(scratch.shm), "/dev/shm", "--remount-ro", "/dev"]
        words += ["--share-net"] if network else []
        return [*words, *self._view(inside, walls, scratch), "--chdir", str(cwd.resolve()), *COMMAND, *argv]

    def _view(self, inside: Path, walls: Confinement, scratch: Scratch) -> Iterator[str]:
        temporary = {place.resolve() for place in TEMPORARY if place.is_dir()}
        for place in temporary:
            yield from ("--bind", str(scratch.tmp), str(place))
        covers = [c for c in self._covers() if not any(_within(c, place) for place in temporary)]
        before = [cover for cover in covers if not _within(cover, inside)]
        floor = [first for place in temporary for first in _first_below(place, inside)]
        empty = [*before, *floor]
        yield from _each(empty, scratch.nothing)
        yield from self._shown_again(before, walls.network)
        yield from ("--bind" if walls.writes else "--ro-bind", str(inside), str(inside))
        within = [cover for cover in self._covers() if _within(cover, inside) and cover != inside]
        yield from _each(within, scratch.nothing)
        for place in (*empty, *within):
            if place.is_dir() and place != inside:
                yield from ("--remount-ro", str(place))

    def _covers(self) -> list[Path]:
        """What there is to cover, none of it inside another."""
        credentials = [self.home / name for name in CREDENTIALS] if self.home else []
        found = {place.resolve() for place in (SERVICES, *self.hidden, *credentials) if place.exists()}
        return sorted(c for c in found if not any(other in c.parents for other in found))

    def _shown_again(self, covers: Iterable[Path], network: bool) -> Iterator[str]:
        """Programs and the names of servers, where they lie in what is covered."""
        wanted = [*self.path, *([RESOLVER.resolve()] if network else [])]
        for place in wanted:
            if any(_within(place, cover) for cover in covers):
                yield from ("--ro-bind-try", str(place), str(place))


def _each(places: Iterable[Path], nothing: Path) -> Iterator[str]:
    for place in places:
        yield from ("--tmpfs", str(place)) if place.is_dir() else ("--ro-bind", str(nothing), str(place))


def _first_below(place: Path, inside: Path) -> list[Path]:
    """The way to a workspace in /tmp begins with a folder of ours: nobody can put a link in its place."""
    parts = inside.relative_to(place).parts if _within(inside, place) else ()
    return [place / parts[0]] if len(parts) > 1 else []


def _within(place: Path, other: Path) -> bool:
    return place.is_relative_to(other)
