import pytest

from goals.audit import to_json
from goals.domain.values import Person, Status
from tests.bot.web.goals import report


async def test_goals_are_listed_and_goal_mode_is_on(http):
    answer = (await http.get("/api/goals")).json()
    assert ([goal["id"] for goal in answer["goals"]], answer["enabled"]) == (["g7k2"], True)


@pytest.mark.parametrize(("channel", "enabled"), [("demo", True), ("local:demo", True), ("quiet", False)])
async def test_a_list_says_whether_goal_mode_is_on_in_its_channel(http, channel, enabled):
    assert (await http.get("/api/goals", params={"channel": channel})).json()["enabled"] is enabled


async def test_a_list_can_be_narrowed(http, web):
    await http.get("/api/goals", params={"status": "paused", "channel": "demo"})
    assert web.desk.asked == [(Status.PAUSED, "local:demo")]


async def test_a_status_that_does_not_exist_is_refused(http):
    answer = await http.get("/api/goals", params={"status": "happy"})
    assert (answer.status_code, answer.json()["error"].startswith("'status': input should be 'queued'")) == (
        400,
        True,
    )


async def test_a_goal_is_the_object_that_the_command_line_prints_too(http):
    answer = (await http.get("/api/goals/g7k2")).json()
    assert answer == to_json(report())
    assert (answer["plan"], answer["protected"]) == (
        [{"text": "reproduce", "status": "pending"}],
        {"globs": ["tests/**"], "touched": []},
    )


async def test_the_audit_has_a_row_per_criterion(http):
    assert (await http.get("/api/goals/g7k2/audit")).json()["audit"] == [
        {
            "id": 1,
            "criterion": "Fix it",
            "met": False,
            "how": "test: pytest -q",
            "exit_code": 1,
            "evidence": "1 failed",
        }
    ]


async def test_what_a_monitor_has_seen_is_read_as_stretches(http):
    assert (await http.get("/api/goals/g7k2/readings")).json() == {
        "timezone": "UTC",
        "limit": None,
        "points": [
            {
                "at": "2026-11-02T12:00:00Z",
                "until": "2026-11-02T12:05:00Z",
                "met": False,
                "last": 400.0,
                "low": 400.0,
                "high": 400.0,
                "count": 6,
            },
            {
                "at": "2026-11-02T12:06:00Z",
                "until": "2026-11-02T12:06:00Z",
                "met": None,
                "last": None,
                "low": None,
                "high": None,
                "count": 1,
            },
            {
                "at": "2026-11-02T12:07:00Z",
                "until": "2026-11-02T12:09:00Z",
                "met": True,
                "last": 250.0,
                "low": 240.0,
                "high": 260.0,
                "count": 3,
            },
        ],
    }


async def test_the_summary_says_what_it_took(http):
    summary = (await http.get("/api/goals/g7k2/summary")).json()
    assert (summary["turns"], summary["active_seconds"], summary["files"]) == (
        2,
        8.1,
        [{"path": "src/x.py", "added": 3, "removed": 1}],
    )
    assert (summary["diff"], summary["links"]) == (
        "/api/goals/g7k2/diff",
        {"src/x.py": "/api/goals/g7k2/diff#src/x.py"},
    )


async def test_events_are_told_by_name_with_their_details(http):
    assert (await http.get("/api/goals/g7k2/events")).json() == {
        "events": [
            {
                "seq": 1,
                "at": "2026-11-02T12:00:00Z",
                "event": "Opened",
                "said": "opened by @ana: Fix it",
                "details": {
                    "by": {
                        "id": "ana",
                        "name": "",
                        "platform": "local",
                        "tenant": "",
                        "roles": [],
                        "guest": False,
                    },
                    "objective": "Fix it",
                    "reopens": "",
                },
            }
        ]
    }


@pytest.mark.parametrize(
    ("query", "diff"),
    [("", {"turn": None, "diff": "diff of all"}), ("?turn=2", {"turn": 2, "diff": "diff of 2"})],
)
async def test_a_diff_is_of_one_turn_or_of_all(http, query, diff):
    assert (await http.get(f"/api/goals/g7k2/diff{query}")).json() == diff


async def test_cancelling_is_recorded_as_the_programs_and_answers_with_the_goal(http, web):
    answer = await http.delete("/api/goals/g7k2")
    assert (answer.status_code, answer.json()["status"], web.desk.asked) == (
        200,
        "cancelled",
        [Person("api", "api")],
    )


async def test_what_is_not_possible_now_is_a_conflict(http):
    await http.delete("/api/goals/g7k2")
    answer = await http.delete("/api/goals/g7k2")
    assert (answer.status_code, answer.json()) == (409, {"error": "Goal g7k2 is cancelled already."})


@pytest.mark.parametrize("path", ["", "/audit", "/summary", "/events", "/diff"])
async def test_an_unknown_goal_is_not_found(http, path):
    answer = await http.get(f"/api/goals/zzzz{path}")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is no goal zzzz."})


async def test_an_unknown_path_is_said(http):
    answer = await http.get("/api/nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "There is nothing at /api/nothing."})


async def test_the_trail_comes_as_it_was_sealed_with_what_is_found_about_it(http):
    trail = (await http.get("/api/goals/g7k2/trail")).json()
    assert (trail["holds"], trail["says"]) == (True, "the chain holds: 1 row")
    assert [(row["who"], row["what"], len(row["hash"])) for row in trail["rows"]] == [("ana", "Opened", 64)]
