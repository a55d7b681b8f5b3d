"""What words look like on Discord: as they were written, pinging those alone whom they address."""

from __future__ import annotations

import pytest

from adapters.discord.text import escaped, fenced, mentions, said, short, size, small
from goals.domain.values import Person

ANA = Person("17", "ana", "discord", "1")
ONCALL = Person("&99", "", "discord", "1")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain words, 3 < 4", r"plain words, 3 \< 4"),
        ("*bold* _it_ ~~gone~~ ||hidden||", r"\*bold\* \_it\_ \~\~gone\~\~ \|\|hidden\|\|"),
        ("[label](https://evil.test)", r"\[label\](https://evil.test)"),
        ("<@17> <@&99> <#5> <t:0> <:x:1>", r"\<@17\> \<@&99\> \<#5\> \<t:0\> \<:x:1\>"),
        ("# head\n-# small\n- item\n  + item", "\\# head\n\\-# small\n\\- item\n  \\+ item"),
        ("1. first\n2) second", "1\\. first\n2\\) second"),
        ("> quoted", r"\> quoted"),
        (r"C:\dir", r"C:\\dir"),
        ("see `a_b` and a_b", r"see `a_b` and a\_b"),
        ("an open ` tick", r"an open \` tick"),
        ("``` \nfence", "\\`\\`\\` \nfence"),
        ("https://ci.test/a_b_c?x=1*2 is_red.", r"https://ci.test/a_b_c?x=1*2 is\_red."),
        ("a - b # c 1. d", "a - b # c 1. d"),
    ],
)
def test_what_would_be_markup_is_shown_as_it_was_written(written: str, shown: str) -> None:
    assert escaped(written) == shown


def test_nothing_gets_out_of_a_box_of_code() -> None:
    assert fenced("echo ``` <@17>") == "```\necho `\u200b`\u200b` <@17>\n```"


def test_small_print_is_small_on_every_line() -> None:
    assert small("one\n\ntwo") == "-# one\n-# two"


@pytest.mark.parametrize(
    ("text", "addressed", "shown"),
    [
        ("@ana: look", (ANA,), "<@17>: look"),
        ("look", (ANA,), "<@17> look"),
        ("@&99: look, @ana", (ONCALL, ANA), "<@&99>: look, <@17>"),
        ("@ana and @ana", (ANA,), "<@17> and @ana"),
        ("@ben: look", (Person("ben", platform="discord"),), "@ben: look"),
    ],
)
def test_whom_we_address_is_mentioned_once(text: str, addressed: tuple[Person, ...], shown: str) -> None:
    assert said(text, addressed) == shown


def test_a_message_may_ping_those_alone_whom_it_addresses() -> None:
    assert mentions((ANA, ONCALL)).to_dict() == {
        "parse": [],
        "users": [17],
        "roles": [99],
    }


def test_a_message_for_nobody_pings_nobody() -> None:
    assert mentions(()).to_dict() == {"parse": [], "users": [], "roles": []}


@pytest.mark.parametrize(
    ("text", "most", "cut"), [("a  b\nc", 9, "a b c"), ("🎯🎯🎯", 5, "🎯…"), ("", 5, "…")]
)
def test_what_is_cut_short_fits_as_discord_counts(text: str, most: int, cut: str) -> None:
    assert (short(text, most), size(short(text, most)) <= most) == (cut, True)
