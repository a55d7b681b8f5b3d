"""Hooks as people write them: what is understood, and what is refused with the nearest right name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.domain.errors import BadRequest
from goals.domain.hooks import Hook, read

KNOWN = ("notify", "webhook", "command", "goal", "resume", "pager")
URL = "https://example.com/hook?token=hush"


@pytest.mark.parametrize(
    ("written", "hook"),
    [
        ("notify:@ana", Hook("notify", "@ana")),
        (" notify: #ops ", Hook("notify", "#ops")),
        ("notify:<@U0123|ana>", Hook("notify", "@U0123")),
        ("notify:<#C0123|ops>", Hook("notify", "#C0123")),
        ("notify:<@!0123>", Hook("notify", "@0123")),
        (f"webhook:{URL}", Hook("webhook", URL)),
        (f"webhook:<{URL}>", Hook("webhook", URL)),
        ("command:deploy", Hook("command", "deploy")),
        (
            "goal:--verify 'make smoke' look: it works",
            Hook("goal", "--verify 'make smoke' look: it works"),
        ),
        ("resume:g7k2", Hook("resume", "g7k2")),
        ({"type": "webhook", "url": URL}, Hook("webhook", URL)),
        ('{"type": "notify", "to": "@ana"}', Hook("notify", "@ana")),
        ("pager", Hook("pager")),
        ("pager:team-a", Hook("pager", "team-a")),
        ('pager:{"team": "a"}', Hook("pager", "", {"team": "a"})),
        ('{"type": "pager", "team": "a"}', Hook("pager", "", {"team": "a"})),
        ({"type": "pager", "team": "a"}, Hook("pager", "", {"team": "a"})),
    ],
)
def test_a_hook_is_read_as_it_is_meant(written: Any, hook: Hook) -> None:
    assert read(written, KNOWN) == hook


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("notfy:@ana", "There is no hook “notfy:@ana”. Did you mean `notify`?"),
        ("https://example.com", "There is no hook “https://example.com”."),
        ("@ana", "There is no hook “@ana”."),
        ("", "There is no hook “”."),
        ("notify:", "The hook “notify:” says nothing behind `notify:`."),
        ("goal:  ", "The hook “goal:” says nothing behind `goal:`."),
        ({"type": "webhok", "url": URL}, "There is no hook “webhok”. Did you mean `webhook`?"),
        ({"url": URL}, "A hook needs its `type` as a text."),
        ({"type": "webhook", "link": URL}, "A `webhook` hook needs `url` as a text."),
        ({"type": "notify", "to": 7}, "A `notify` hook needs `to` as a text."),
        ('{"type": "pager"', 'The hook “{"type": "pager"” is not JSON that can be read'),
        ("goal:" + "x" * 4000, "A hook has 4,005 characters; at most 4,000 are allowed."),
    ],
)
def test_what_is_no_hook_is_refused_with_the_nearest_right_name(written: Any, sentence: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        read(written, KNOWN)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    "hook",
    [
        Hook("notify", "@ana"),
        Hook("pager"),
        Hook("pager", "", {"team": "a", "urgent": True}),
        Hook("webhook", URL, {"timeout": 3}),
    ],
)
def test_a_hook_is_written_so_that_it_is_read_as_itself(hook: Hook) -> None:
    assert read(hook.written, KNOWN) == hook


@given(
    st.one_of(
        st.text(max_size=60),
        st.builds("{}:{}".format, st.sampled_from(KNOWN), st.text(max_size=60)),
        st.dictionaries(st.sampled_from(["type", "url", "to", "x"]), st.sampled_from([*KNOWN, 7, None, {}])),
    )
)
def test_whatever_is_written_is_a_hook_or_is_refused_in_a_sentence(written: Any) -> None:
    try:
        hook = read(written, KNOWN)
    except BadRequest as refusal:
        assert str(refusal).endswith((".", "?"))
    else:
        assert hook.type in KNOWN


def test_what_may_be_secret_in_an_address_is_not_shown() -> None:
    assert Hook("webhook", URL).how == "webhook: https://example.com/hook"
