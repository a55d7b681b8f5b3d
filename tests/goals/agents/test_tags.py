import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.agents.tags import LONGEST_ITEM, MAX_ITEMS, NO_REASON, read
from goals.domain.findings import Parks, Said
from goals.domain.values import PlanItem, PlanStatus

DONE, NOW, LATER = PlanStatus.COMPLETED, PlanStatus.IN_PROGRESS, PlanStatus.PENDING
PLAN = (PlanItem("look", DONE), PlanItem("fix", NOW), PlanItem("try", LATER))
FENCE = "```"

SPOKEN = [
    ("I am done. <goal_complete/>", Said(complete=True)),
    ("<GOAL_COMPLETE />", Said(complete=True)),
    ("<goal_complete>", Said(complete=True)),
    ('<goal_blocked reason="I need a key"/>', Said(blocked="I need a key")),
    ("<goal_blocked need='a > b, \"so\"'/>", Said(blocked='a > b, "so"')),
    ('<goal_blocked reason="run `make` &amp; look"/>', Said(blocked="run `make` & look")),
    ("<goal_blocked/>", Said(blocked=NO_REASON)),
    ('<goal_blocked reason="first"/> … <goal_blocked reason="last"/>', Said(blocked="last")),
    ('<goal_unachievable reason="it is\n  not ours"/>', Said(unachievable="it is not ours")),
    ('<goal_wait for="10m" why="the build runs"/>', Said(parks=Parks("10m", 600.0, "the build runs"))),
    ('<goal_wait seconds="90"/>', Said(parks=Parks("90", 90.0))),
    ('<goal_wait verifier="ci" reason="it is slow"/>', Said(parks=Parks(why="it is slow", named="ci"))),
    ('<goal_wait verifier="ci" for="2h"/>', Said(parks=Parks("2h", 7200.0, named="ci"))),
    (
        """<goal_wait verifier='{"type": "ci", "pr": 7}'/>""",
        Said(parks=Parks(named='{"type": "ci", "pr": 7}')),
    ),
    ('<goal_wait for="8d"/>', Said(parks=Parks("8d"))),
    ("<goal_wait/>", Said(parks=Parks(""))),
    ("<goal_plan>\n- [x] look\n- [>] fix\n- [ ] try\n</goal_plan>", Said(plan=PLAN)),
    ("<goal_plan>\n* [X] look\n1. [~] fix\n+ try\n</goal_plan>", Said(plan=PLAN)),
    ('<goal_plan>[{"text": "look", "status": "completed"}, {"text": "fix", "status": "in_progress"}, "try"]</goal_plan>', Said(plan=PLAN)),
    (f"<goal_plan>\n{FENCE}json\n" + '["try"]' + f"\n{FENCE}\n</goal_plan>", Said(plan=PLAN[2:])),
    ("<goal_plan>- [ ] one</goal_plan> <goal_plan>\n- [ ] try\n</goal_plan>", Said(plan=PLAN[2:])),
]  # fmt: skip
UNSPOKEN = [
    "",
    "goal_complete",
    "< goal_complete/>",
    "<goal_completed/>",
    "I shall say `<goal_complete/>` when I am done.",
    f"{FENCE}\n<goal_complete/>\n{FENCE}",
    f"{FENCE}xml\n<goal_unachievable reason='no'/>",
    "~~~\n<goal_plan>- [ ] a</goal_plan>\n~~~",
    f"{FENCE}{FENCE}\n{FENCE}\n<goal_complete/>\n{FENCE}{FENCE}",
    "<goal_plan></goal_plan>",
    "<goal_plan>- [ ] never closed",
    "<goal_plan>nothing like a list</goal_plan>",
    '<goal_plan>{"text": "a"}</goal_plan>',
    "</goal_plan><goal_plan>",
]


@pytest.mark.parametrize(("text", "said"), SPOKEN)
def test_a_tag_is_read_as_what_it_proposes(text: str, said: Said) -> None:
    assert read(f"Some prose before,\n{text}\nand after.") == said


@pytest.mark.parametrize("text", UNSPOKEN)
def test_quotations_and_junk_propose_nothing(text: str) -> None:
    assert read(text) == Said()


def test_after_a_quotation_a_tag_counts_again() -> None:
    assert read(f"{FENCE}\n<goal_blocked/>\n{FENCE}\n<goal_complete/>") == Said(complete=True)


def test_a_tag_inside_a_plan_is_part_of_the_plan() -> None:
    said = read("<goal_plan>\n- [ ] then say <goal_complete/>\n</goal_plan>")
    assert said == Said(plan=(PlanItem("then say <goal_complete/>"),))


def test_a_plan_is_bounded() -> None:
    plan = read("<goal_plan>\n" + f"- [ ] {'a' * 300}\n" * 60 + "</goal_plan>").plan
    assert plan == (PlanItem("a" * LONGEST_ITEM),) * MAX_ITEMS


@given(st.text(alphabet=st.sampled_from("<goal_plan>/bcked reason=\"'`~[]-x\n1."), max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(read(text), Said)


@pytest.mark.parametrize(
    "piece",
    [
        "<goal_plan>",
        "</goal_plan>",
        '<goal_blocked reason="',
        "`",
        "```\n",
        "<goal_wait a=''",
        "- [ ] a\n",
        "<",
    ],
)
def test_reading_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    began = time.process_time()
    read(f"<goal_plan>{piece * (180_000 // len(piece))}</goal_plan>{piece * 1000}")
    assert time.process_time() - began < 3
