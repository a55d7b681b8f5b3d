"""A card's plain twin has everything that the card has."""

from adapters.chat import Bar, Card, Row, Section
from adapters.plain import plain


def test_every_part_of_a_card_is_in_its_plain_text() -> None:
    card = Card(
        title="Title",
        badge="badge",
        steps=(Row("one", "✓"), Row("two")),
        lines=("a line",),
        bars=(Bar("Turns", 0.5, "1 / 2"),),
        sections=(Section("Part", (Row("row", "✗", "quiet", "code\nmore code"), Row("", code="only code"))),),
        footer="footer",
    )
    assert plain(card) == (
        "Title · badge\n✓ one\ntwo\na line\n"
        "\nTurns: 1 / 2\n"
        "\nPart:\n✗ row (quiet)\n    code\n    more code\n    only code\n"
        "\nfooter"
    )


def test_a_card_of_a_title_is_its_title() -> None:
    assert plain(Card("Title")) == "Title"
