"""The container file makes what the chart runs: all of Goalward, as nobody in particular, with what is locked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.cli import cli
from tests.peers.helm.chart import Chart

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "deploy/Containerfile"
PACKAGES = ("adapters", "bot", "goals", "monitors")


@pytest.fixture(scope="module")
def lines() -> list[tuple[str, str]]:
    """The instructions with their words."""
    text = re.sub(r"^#.*\n", "", FILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(name, " ".join(words.split())) for name, words in found]


def said(lines: list[tuple[str, str]], instruction: str) -> list[str]:
    return [words for name, words in lines if name == instruction]


def test_it_runs_as_the_user_of_the_chart_on_the_state_of_the_chart(lines: list[tuple[str, str]]) -> None:
    (one,) = Chart(ROOT / "deploy/helm/goalward").render({"image": {"repository": "r"}}).of("StatefulSet")
    pod = one["spec"]["template"]["spec"]
    user, (state, *_) = pod["securityContext"], pod["containers"][0]["env"]
    assert said(lines, "USER") == [f"{user['runAsUser']}:{user['runAsGroup']}"]
    assert f"{state['name']}={state['value']}" in said(lines, "ENV")[0]


def test_only_what_is_locked_is_installed_with_its_hashes(lines: list[tuple[str, str]]) -> None:
    installs = [words for words in said(lines, "RUN") if "pip install" in words]
    assert len(installs) == 2
    assert "--require-hashes --requirement requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation ." in installs[1]


def test_the_sandbox_and_git_are_there(lines: list[tuple[str, str]]) -> None:
    (installed,) = re.findall(r"apt-get install (.*?) &&", " ".join(said(lines, "RUN")))
    assert {"bubblewrap", "git", "ca-certificates"} <= set(installed.split())


def test_no_process_in_front_of_goalward_keeps_its_secrets(lines: list[tuple[str, str]]) -> None:
    assert [json.loads(words) for words in said(lines, "ENTRYPOINT")] == [["goalward"]]


def test_goalward_understands_how_it_is_started(lines: list[tuple[str, str]]) -> None:
    command, *words = json.loads(said(lines, "CMD")[0])
    known = cli.commands[command]
    assert known.make_context(command, words, obj={}).params["host"] == "0.0.0.0"


def test_what_is_copied_is_there_and_not_ignored(lines: list[tuple[str, str]]) -> None:
    copied = {w for words in said(lines, "COPY") if "--from" not in words for w in words.split()[:-1]}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert (copied == let_in, [name for name in copied if not (ROOT / name).exists()]) == (True, [])


def test_the_package_has_every_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    build = f"import setuptools.build_meta as build; build.build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = {
        path.relative_to(source).as_posix()
        for name in PACKAGES
        for path in (source / name).rglob("*")
        if path.is_file()
    }
    assert files - packed == set()
