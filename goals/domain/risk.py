"""Says whether a command line reaches beyond its workspace, so that a person should see it before it runs.

It reads what is written, as a careful reader would. It is no boundary: what a script does inside it does not see.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goals.domain.command_line import SHELLS, Simple, simple_commands, without_documents


@dataclass(frozen=True, slots=True)
class Risk:
    """`why` is a clause, empty where there is none; `high` is never approved for more than once."""

    why: str = ""
    high: bool = False


NONE = Risk()

LONGEST = 10_000
"""Characters of a line, without its here-documents, that are read."""

PRIVILEGE = frozenset(
    (
        *("sudo", "su", "doas", "pkexec", "run0", "setcap", "chown", "chgrp", "chroot"),
        *(
            "mount",
            "umount",
            "useradd",
            "usermod",
            "passwd",
            "visudo",
            "insmod",
            "modprobe",
            "sysctl",
            "nsenter",
            "unshare",
        ),
    )
)
MACHINE = frozenset(
    ("systemctl", "service", "crontab", "apt", "apt-get", "dnf", "yum", "brew", "pacman", "apk", "snap")
)
ELSEWHERE = frozenset(
    ("ssh", "scp", "sftp", "ftp", "lftp", "sendmail", "mail", "nc", "ncat", "netcat", "telnet", "socat")
)
PUBLISHES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), ("publish", "unpublish", "deprecate", "dist-tag")),
    **dict.fromkeys(("poetry", "uv", "hatch", "flit", "lerna", "sbt"), ("publish",)),
    **dict.fromkeys(("docker", "podman", "buildah", "skopeo"), ("push", "copy", "login")),
    **dict.fromkeys(
        ("gh", "glab"), ("pr", "mr", "issue", "release", "repo", "api", "workflow", "secret", "gist")
    ),
    "twine": ("upload",),
    "cargo": ("publish", "yank"),
    "gem": ("push", "yank"),
    "helm": ("push", "install", "upgrade", "uninstall", "rollback"),
    "mvn": ("deploy",),
    "gradle": ("publish",),
    "kubectl": (
        "apply",
        "create",
        "delete",
        "replace",
        "patch",
        "scale",
        "rollout",
        "edit",
        "run",
        "set",
        "exec",
    ),
    "terraform": ("apply", "destroy", "import", "taint"),
    "git": ("push", "send-email"),
}
ONLY_LOOKS = frozenset(("view", "list", "status", "diff", "checks", "watch", "clone"))
"""Of `gh` and `glab`."""

VALUED = frozenset(("-C", "-c", "--git-dir", "--work-tree", "--context", "-n", "--namespace", "-R", "--repo"))
"""Options before a subcommand that have a value."""

WRITING = frozenset(("POST", "PUT", "PATCH", "DELETE"))
LOADERS = frozenset(("curl", "wget"))
INTERPRETERS = SHELLS | {"python", "python3", "perl", "ruby", "node"}

ALL_CHANGED = frozenset(
    ("tee", "rm", "rmdir", "mkdir", "touch", "truncate", "shred", "unlink", "mkfifo", "mv", "chmod", "mkfs")
)
LAST_CHANGED = frozenset(("cp", "install", "ln", "rsync"))
PLACE_FLAGS = {
    **dict.fromkeys(("cp", "mv", "install", "ln"), ("-t", "--target-directory")),
    "tar": ("-C", "--directory"),
    "unzip": ("-d",),
    "curl": ("-o", "--output", "--output-dir"),
    "wget": ("-O", "-P", "--output-document", "--directory-prefix"),
}
"""Options that name where something is written."""

DESTROYS = frozenset(("rm", "rmdir", "shred", "mkfs", "dd", "unlink"))
HARMLESS = re.compile(r"/dev/(null|stdout|stderr|tty|fd/\d+)")
HOME = re.compile(r"~|\$\{?(HOME|TMPDIR|TMP|TEMP|XDG_\w+|OLDPWD)\b")
REMOTE = re.compile(r"[\w.@-]+:[^/\\]?|rsync://")
SET_ID = re.compile(r"[ugoa]*[+=][rwxXt]*s[rwxXst]*|0?[2-7][0-7]{3}")


def of_line(line: str, workspace: str) -> Risk:
    """The worst that a line for the shell says, run in `workspace`, an absolute path."""
    if len(without_documents(line)[0]) > LONGEST:
        return Risk("is too long to be read by Goalward")
    found: list[Risk] = []
    place, loads = workspace, False
    for one in simple_commands(line):
        if one.fed and loads and one.name in INTERPRETERS:
            found.append(Risk("runs what it loads from the network", high=True))
        loads = one.name in LOADERS or (one.fed and loads)
        found += _risks(one, place, workspace)
        if one.name in ("cd", "pushd"):
            place = posixpath.join(place, one.words[1]) if len(one.words) > 1 else "~"
    return max(found, key=lambda risk: (risk.high, bool(risk.why)), default=NONE)


def of_patterns(text: str, patterns: Sequence[str]) -> Risk:
    """What the settings call risky besides."""
    found = next((each for each in patterns if re.search(each, text)), None)
    return NONE if found is None else Risk(f"fits `{found}` of the settings")


def _risks(one: Simple, place: str, workspace: str) -> Iterator[Risk]:
    changes = [path for path in (*one.writes, *_changed(one)) if leads_out(path, place, workspace)]
    if changes:
        yield Risk(f"writes outside the workspace: {changes[0]}", high=one.name in DESTROYS)
    if one.name in PRIVILEGE or (one.name == "chmod" and any(SET_ID.fullmatch(w) for w in one.words[1:2])):
        yield Risk(f"changes privileges: {one.name}", high=True)
    if one.name in MACHINE:
        yield Risk(f"changes the machine: {one.name}")
    if "--privileged" in one.words:
        yield Risk(f"changes privileges: {one.name} --privileged", high=True)
    if _sends(one):
        yield Risk(f"writes to the network: {_brief(one)}", high=_forces(one))


def leads_out(path: str, place: str, workspace: str) -> bool:
    """Whether a path that is said in the folder `place` lies outside; one behind an unknown variable does not."""
    if HARMLESS.fullmatch(path) or path.startswith(("-", "&")):
        return False
    if HOME.match(path):
        return True
    path = re.sub(r"\$\{?PWD\}?", place, path)
    if path.startswith("$"):
        return False
    if place.startswith("~") and not path.startswith("/"):
        return True
    whole = posixpath.normpath(posixpath.join(place, path))
    return whole != workspace and not whole.startswith(workspace.rstrip("/") + "/")


def _changed(one: Simple) -> Iterator[str]:
    """The paths that a command changes."""
    plain = [word for word in one.words[1:] if not word.startswith("-")]
    if one.name in ALL_CHANGED:
        yield from plain[1:] if one.name == "chmod" else plain
    if one.name in LAST_CHANGED and not REMOTE.match(plain[-1] if plain else ""):
        yield from plain[-1:]
    if one.name == "dd":
        yield from (word.removeprefix("of=") for word in plain if word.startswith("of="))
    if one.name in ("sed", "perl") and any(re.match(r"-\w*i|--in-place", word) for word in one.words[1:]):
        yield from plain[1:]
    if one.name == "find" and "-delete" in one.words:
        yield from plain[:1]
    if one.name == "git":
        yield from _after(one, ("-C", "--git-dir", "--work-tree"))
        yield from plain[2:3] if plain[:1] == ["clone"] else ()
    if one.name in ("npm", "pnpm", "yarn") and set(one.words) & {"-g", "--global"}:
        yield "~"
    yield from _after(one, PLACE_FLAGS.get(one.name, ()))


def _after(one: Simple, flags: Sequence[str]) -> Iterator[str]:
    """What stands behind an option: `-o x`, `-ox`, `--output=x`."""
    for word, following in zip(one.words, (*one.words[1:], ""), strict=False):
        for flag in flags:
            if word == flag:
                yield following
            elif word.startswith(f"{flag}="):
                yield word.partition("=")[2]
            elif len(flag) == 2 and word.startswith(flag):
                yield word[2:]


def _sends(one: Simple) -> bool:
    if one.name in ELSEWHERE:
        return True
    if one.name in ("gh", "glab") and set(one.words) & ONLY_LOOKS:
        return False
    match one.name:
        case "rsync":
            return any(REMOTE.match(word) for word in one.words[1:])
        case "curl":
            return _curl_sends(one)
        case "wget":
            return any(re.match(r"--(post|body|method=(?!GET|HEAD))", word) for word in one.words)
        case "http" | "https":
            return any(word in WRITING or re.match(r"[\w-]+:?=", word) for word in one.words[1:])
    return _subcommand(one) in PUBLISHES.get(one.name, ())


def _curl_sends(one: Simple) -> bool:
    methods = {word.upper() for word in _after(one, ("-X", "--request"))}
    if set(one.words) & {"-G", "--get"} and not methods & WRITING:
        return False
    sends = r"--(data|json|form|upload-file)|-[a-zA-Z]*[dFT]"
    flags = (word for word in one.words[1:] if not word.startswith(("-X", "-o", "-H", "-u")))
    return bool(methods - {"GET", "HEAD", "OPTIONS"}) or any(re.match(sends, word) for word in flags)


def _subcommand(one: Simple) -> str:
    """The first word that is no option and no value of one."""
    value = False
    for word in one.words[1:]:
        if not value and not word.startswith("-"):
            return word
        value = word in VALUED
    return ""


def _forces(one: Simple) -> bool:
    if one.name != "git":
        return "delete" in one.words or "destroy" in one.words
    flags = ("--force", "--delete", "--mirror", "--prune")
    return any(
        word.startswith((*flags, "+", ":")) or re.match(r"-[a-z]*[fd]", word) for word in one.words[1:]
    )


def _brief(one: Simple) -> str:
    return " ".join((one.name, *one.words[1:]))[:60]
