"""When monitors are looked at: the grid, cron in people's time zones, patience with what breaks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain import schedule
from goals.domain.errors import BadRequest
from goals.domain.watching import Watch
from tests.given import NOW, later

BERLIN = "Europe/Berlin"


def cron(line: str, start: datetime, days: float, timezone: str = BERLIN) -> list[str]:
    """The slots of a cron line for so many days, in UTC."""
    watch, at, slots = Watch(cron=line, timezone=timezone), start, []
    while (at := schedule.after(watch, start, at)) <= start + timedelta(days=days):
        slots.append(f"{at:%a %d %H:%M}")
    return slots


def test_a_monitor_is_looked_at_on_its_grid_however_late_the_last_look_was() -> None:
    watch = Watch(every=60)
    assert [schedule.after(watch, NOW, later(seconds=s)) for s in (0, 1, 59.9, 60, 60.1, 200, 3599)] == [
        later(minutes=m) for m in (1, 1, 1, 2, 2, 4, 60)
    ]


def test_the_second_look_comes_no_sooner_than_one_interval_after_the_first() -> None:
    watch = Watch(every=1800)
    anchor = schedule.first(watch, "g7k2", NOW)
    assert NOW + timedelta(seconds=1800) <= schedule.after(watch, anchor, NOW) <= later(seconds=1830)


@given(st.sampled_from((5.0, 60.0, 90.5, 1800.0, 86400.0)), st.text(min_size=1, max_size=8))
def test_monitors_are_spread_by_a_tenth_of_their_interval_at_most_thirty_seconds(
    every: float, goal_id: str
) -> None:
    anchor = schedule.first(Watch(every=every), goal_id, NOW)
    assert NOW <= anchor <= NOW + timedelta(seconds=min(every / 10, 30))
    assert anchor == schedule.first(Watch(every=every), goal_id, NOW)


def test_a_thousand_monitors_opened_at_once_fall_due_all_over_their_spread() -> None:
    anchors = {int((schedule.first(Watch(), f"g{n}", NOW) - NOW).total_seconds()) for n in range(1000)}
    assert anchors == set(range(6))


@given(st.floats(5, 100_000), st.floats(0, 10_000_000))
def test_slots_follow_each_other_by_one_interval(every: float, seconds: float) -> None:
    watch, now = Watch(every=every), later(seconds=seconds)
    slot = schedule.after(watch, NOW, now)
    assert slot > now
    assert schedule.after(watch, NOW, slot) - slot == timedelta(seconds=every)


@pytest.mark.parametrize(
    ("line", "slots"),
    [
        ("0 9 * * 1", ["Mon 23 08:00"]),
        ("0 9 * * MON", ["Mon 23 08:00"]),
        ("0 9 * * 0", ["Sun 22 08:00"]),
        ("0 9 * * 7", ["Sun 22 08:00"]),
        ("0 9 24 * THU", ["Tue 24 08:00", "Thu 26 08:00"]),
        ("30 8 * * 1-3", ["Mon 23 07:30", "Tue 24 07:30", "Wed 25 07:30"]),
        ("0 0 1 * *", []),
    ],
)
def test_a_cron_line_means_what_it_means_everywhere(line: str, slots: list[str]) -> None:
    assert cron(line, NOW, 7) == slots


@pytest.mark.parametrize(
    ("start", "slots"),
    [
        (datetime(2026, 3, 27, 12, tzinfo=UTC), ["Sat 28 01:30", "Sun 29 01:00", "Mon 30 00:30"]),
        (datetime(2026, 10, 23, 12, tzinfo=UTC), ["Sat 24 00:30", "Sun 25 00:30", "Mon 26 01:30"]),
    ],
    ids=("skipped", "repeated"),
)
def test_an_hour_that_the_clocks_skip_or_repeat_comes_once(start: datetime, slots: list[str]) -> None:
    assert cron("30 2 * * *", start, 3) == slots


def test_a_look_in_the_repeated_hour_does_not_bring_its_slot_back() -> None:
    watch = Watch(cron="30 2 * * *", timezone=BERLIN)
    repeated = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert schedule.after(watch, NOW, repeated) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(st.integers(0, 366 * 24 * 60), st.sampled_from((BERLIN, "America/New_York", "Australia/Lord_Howe")))
def test_a_daily_line_comes_once_on_every_day_of_its_zone(minute: int, timezone: str) -> None:
    watch = Watch(cron="30 2 * * *", timezone=timezone)
    slot = schedule.after(watch, NOW, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))
    gap = schedule.after(watch, NOW, slot) - slot
    assert timedelta(hours=22, minutes=30) <= gap <= timedelta(hours=25)


def test_every_minute_of_a_day_that_loses_an_hour_is_looked_at() -> None:
    assert len(cron("*/30 * * * *", datetime(2026, 3, 28, 23, tzinfo=UTC), 1)) == 48


def test_a_check_that_breaks_is_tried_again_after_one_interval_then_ever_later_up_to_ten_minutes() -> None:
    watch, now, waits = Watch(every=60), later(seconds=3), []
    for broken in range(1, 8):
        at = schedule.back_off(watch, broken, now, schedule.after(watch, NOW, now))
        waits.append((at - now + timedelta(seconds=3)).total_seconds() / 60)
        now = at + timedelta(seconds=3)
    assert waits == [1, 2, 4, 8, 10, 10, 10]


@pytest.mark.parametrize("broken", (1, 2, 9, 1000))
def test_a_check_that_breaks_is_never_tried_sooner_than_its_interval(broken: int) -> None:
    half_hour = Watch(every=1800)
    assert schedule.back_off(half_hour, broken, NOW, later(minutes=30)) == later(minutes=30)


def test_a_daily_cron_line_loses_no_day_to_a_check_that_breaks() -> None:
    watch = Watch(cron="0 9 * * *", timezone=BERLIN)
    tomorrow = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert [schedule.next_look(watch, NOW, NOW, broken=n) for n in (1, 5, 50)] == [tomorrow] * 3


def test_a_cron_line_of_every_minute_backs_off_on_its_minutes() -> None:
    watch, now = Watch(cron="* * * * *"), later(seconds=2)
    looks = [schedule.next_look(watch, NOW, now, broken=n) for n in (1, 2, 3, 4, 5)]
    assert looks == [later(minutes=m) for m in (1, 2, 4, 8, 10)]


def test_a_service_that_asks_for_more_patience_gets_it_within_bounds() -> None:
    watch = Watch(every=60)
    asked = [later(seconds=30), later(minutes=25), later(days=30)]
    looks = [schedule.next_look(watch, NOW, NOW, broken=1, again=again) for again in asked]
    assert looks == [later(minutes=1), later(minutes=25), later(hours=6)]


def test_the_last_look_is_at_the_deadline() -> None:
    watch = Watch(every=60)
    deadlines = [later(seconds=20), later(seconds=60), later(hours=1), None]
    looks = [schedule.next_look(watch, NOW, NOW, deadline=deadline) for deadline in deadlines]
    assert looks == [later(seconds=20), *[later(minutes=1)] * 3]


@pytest.mark.parametrize(
    ("watch", "sentence"),
    [
        (Watch(every=4.9), "A monitor looks every 5 seconds at the most, and at least once a year"),
        (Watch(every=1e9), "at least once a year: `--every 1m`."),
        (Watch(timezone="Berlin"), r"There is no time zone “Berlin”\. Did you mean `Europe/Berlin`\?"),
        (Watch(timezone="Europe/Berln"), r"Did you mean `Europe/Berlin`\?"),
        (Watch(timezone="../../etc/passwd"), r"There is no time zone .*\. Name one like `Europe/Berlin`\."),
        (Watch(cron="@daily"), r"five fields: .* Write `0 0 \* \* \*` for “@daily”\."),
        (Watch(cron="0 9 * *"), "A cron line has five fields: minute, hour, day of the month"),
        (Watch(cron="0 0 9 * * *"), "A cron line has five fields"),
        (Watch(cron="61 9 * * *"), "cannot be read: its minute is wrong"),
        (Watch(cron="0 9 * * FUN"), "cannot be read: its day of week is wrong"),
        (Watch(cron="0 9 */31 2 MON#5"), "names a day that never comes"),
        (Watch(cron="1" * 300 + " * * * *"), "may have 200 characters; this one has 308"),
        (Watch(stall_after=0), "`--stall-after` needs a number from 1"),
    ],
    ids=str,
)
def test_what_cannot_be_watched_is_refused_with_a_sentence(watch: Watch, sentence: str) -> None:
    with pytest.raises(BadRequest, match=sentence) as refusal:
        schedule.refuse(watch)
    assert str(refusal.value).endswith((".", "?"))


@given(st.text(st.sampled_from("0123456789*/,-#LWMON@ ²٣"), max_size=30))
def test_any_cron_line_is_read_or_refused(line: str) -> None:
    watch = Watch(cron=line or "x", timezone=BERLIN)
    try:
        schedule.refuse(watch)
    except BadRequest:
        return
    assert schedule.after(watch, NOW, NOW) > NOW
