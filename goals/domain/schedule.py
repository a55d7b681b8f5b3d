"""When a monitor is looked at: every so often on a grid of its own, or at the times of a cron line in its time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError

from goals.domain import nearest
from goals.domain.errors import BadRequest
from goals.domain.watching import Watch

SHORTEST, LONGEST = 5.0, 366 * 86_400.0
"""Seconds between two looks."""
BACK_OFF = 600.0
"""The longest pause in seconds after checks that broke, where the interval is shorter."""
LONGEST_HINT = timedelta(hours=6)
"""How far a service that is asked may put off the next look."""

_JITTER_SHARE, _JITTER_MOST = 0.1, 30.0
_CRON_STEP = 60.0
_LONGEST_CRON = 200
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


def first(watch: Watch, goal_id: str, created_at: datetime) -> datetime:
    """Where the grid of looks begins: the same for the same goal, a little after it was opened.

    Monitors that were opened together are spread over a tenth of their interval, at most 30 s. Cron is not spread.
    """
    if watch.cron:
        return created_at
    share = int.from_bytes(sha256(goal_id.encode()).digest()[:4], "big") / 2**32
    return created_at + timedelta(seconds=share * min(watch.every * _JITTER_SHARE, _JITTER_MOST))


def after(watch: Watch, anchor: datetime, now: datetime) -> datetime:
    """The first slot after `now`, in UTC; on a grid the first of all is one interval after `anchor`.

    Of a cron line an hour that the clocks skip comes when they have, and one that they repeat comes once.
    """
    if watch.cron:
        return _cron_after(watch, now)
    step = timedelta(seconds=watch.every)
    return anchor + step * max(1, (now - anchor) // step + 1)


def back_off(watch: Watch, broken: int, now: datetime, next_slot: datetime) -> datetime:
    """The slot of the next try after the check broke for the `broken`th time in a row.

    The first is after one interval, then it doubles up to 10 minutes, but is never less than the interval.
    """
    step = _CRON_STEP if watch.cron else watch.every
    wait = min(step * 2 ** min(max(broken, 1) - 1, 16), max(BACK_OFF, step))
    earliest = now + timedelta(seconds=wait - step)
    return next_slot if earliest <= next_slot else _at_or_after(watch, next_slot, earliest)


def next_look(
    watch: Watch,
    anchor: datetime,
    now: datetime,
    *,
    broken: int = 0,
    again: datetime | None = None,
    deadline: datetime | None = None,
) -> datetime:
    """When a monitor that was looked at by `now` is looked at next: its slot, later where the check broke or the
    service asked for it (`again`), and never after its deadline.
    """
    slot = after(watch, anchor, now)
    if broken:
        slot = back_off(watch, broken, now, slot)
    if again is not None:
        slot = max(slot, min(again, now + LONGEST_HINT))
    return slot if deadline is None or deadline <= now else min(slot, deadline)


def refuse(watch: Watch) -> None:
    """Refuse what cannot be watched that way. Raises BadRequest with a whole sentence."""
    _zone(watch.timezone)
    if not SHORTEST <= watch.every <= LONGEST:
        raise BadRequest(
            "A monitor looks every 5 seconds at the most, and at least once a year: `--every 1m`."
        )
    if watch.cron:
        _refuse_cron(watch.cron)
    if watch.stall_after is not None and watch.stall_after < 1:
        raise BadRequest("`--stall-after` needs a number from 1, like `--stall-after 10`.")


def _refuse_cron(cron: str) -> None:
    plain = _NICKNAMES.get(cron.strip().lower())
    if len(cron.split()) != 5:
        meant = f" Write `{plain}` for {nearest.shown(cron)}." if plain else ""
        raise BadRequest(
            "A cron line has five fields: minute, hour, day of the month, month, day of the week,"
            f" like `0 9 * * MON`.{meant}"
        )
    if len(cron) > _LONGEST_CRON:
        raise BadRequest(f"A cron line may have {_LONGEST_CRON} characters; this one has {len(cron)}.")
    try:
        next(CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        said = str(error).removeprefix("Bad ").replace("-", " ")
        raise BadRequest(
            f"The cron line {nearest.shown(cron)} cannot be read: its {said} is wrong."
        ) from None
    except StopIteration:
        raise BadRequest(f"The cron line {nearest.shown(cron)} names a day that never comes.") from None


def _cron_after(watch: Watch, now: datetime) -> datetime:
    """The hour that comes twice when clocks go back is read as the first of both, which may be past already."""
    times = CronSim(watch.cron, now.astimezone(_zone(watch.timezone)))
    return next(at for at in (time.astimezone(UTC) for time in times) if at > now)


def _at_or_after(watch: Watch, slot: datetime, earliest: datetime) -> datetime:
    if watch.cron:
        return _cron_after(watch, earliest - timedelta(microseconds=1))
    step = timedelta(seconds=watch.every)
    return slot - step * ((slot - earliest) // step)


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRequest(f"There is no time zone {nearest.shown(name)}.{_like(name)}") from None


def _like(name: str) -> str:
    zones = available_timezones()
    cities = [zone for zone in zones if zone.lower().endswith(f"/{name.lower()}")]
    if cities or nearest.is_near(name, zones):
        return nearest.nearest(name, cities or zones)
    return " Name one like `Europe/Berlin`."
