"""What a check of a monitor means: the next reading only, or news that people and hooks hear of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from goals.domain.watching import News, Reading, Trigger, Watch, Watched


@dataclass(frozen=True, slots=True)
class Look:
    """What is known after a check, and what of it is news, in the order in which it is told."""

    watched: Watched
    news: tuple[News, ...] = ()


def look(watch: Watch, deadline: datetime | None, watched: Watched, reading: Reading) -> Look:
    """What a reading makes of what was known.

    A check that broke is no edge, and what was found before it stands. EXPIRED is among the news of every check at
    or after the deadline, whatever else it found.
    """
    seen = replace(watched, checks=watched.checks + 1, checked_at=reading.at)
    after = _broke(seen, reading) if reading.met is None else _found(watch, seen, reading)
    if deadline is not None and reading.at >= deadline:
        return Look(after.watched, (*after.news, News.EXPIRED))
    return after


def _broke(watched: Watched, reading: Reading) -> Look:
    broken = replace(
        watched, broken=watched.broken + 1, broke=reading.reason, broken_at=watched.broken_at or reading.at
    )
    return Look(broken, () if watched.broken else (News.BROKE,))


def _found(watch: Watch, watched: Watched, reading: Reading) -> Look:
    after = _stands(watched, reading)
    news = [News.MENDED] if watched.broken else []
    if _fires(watch, watched, reading):
        news.append(News.FIRED)
        after = replace(after, fired=watched.fired + 1, fired_at=reading.at)
    if watched.met is True and reading.met is False:
        news.append(News.CLEARED)
    if watch.stall_after is not None and after.same > watch.stall_after and not after.stalled:
        news.append(News.STALLED)
        after = replace(after, stalled=True)
    return Look(after, tuple(news))


def _stands(watched: Watched, reading: Reading) -> Watched:
    same = _same(watched, reading) and reading.met == watched.met
    return replace(
        watched, met=reading.met, mark=reading.mark, value=reading.value, reason=reading.reason,
        same=watched.same + 1 if same else 1, since=watched.since if same else reading.at,
        stalled=watched.stalled and same, broken=0, broken_at=None, broke="",
    )  # fmt: skip


def _fires(watch: Watch, watched: Watched, reading: Reading) -> bool:
    if watch.trigger is Trigger.MET:
        return reading.met is True and watched.met is not True
    return watched.since is not None and not _same(watched, reading)


def _same(watched: Watched, reading: Reading) -> bool:
    """Whether both found the same value, or where there is none, the same."""
    if watched.since is None:
        return False
    if reading.value is None or watched.value is None:
        return (reading.value, reading.mark) == (watched.value, watched.mark)
    return reading.value == watched.value
