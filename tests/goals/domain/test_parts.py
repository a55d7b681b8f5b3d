"""How many processes do each part of the work is counted from what they say of themselves."""

from goals.domain.parts import Part, counted, said

NOBODY = dict.fromkeys(Part, 0)


def test_each_process_counts_for_the_parts_that_it_does() -> None:
    gateway, worker = said([Part.TALK]), said([Part.FIRE, Part.DRIVE])
    assert counted([gateway, gateway, worker, said([])]) == {
        **NOBODY,
        Part.TALK: 2,
        Part.DRIVE: 1,
        Part.FIRE: 1,
    }


def test_one_that_does_not_say_may_do_any_of_them() -> None:
    assert counted([None, said([Part.WATCH])]) == {**dict.fromkeys(Part, 1), Part.WATCH: 2}


def test_a_part_that_only_a_later_version_knows_is_none() -> None:
    assert counted(["watch dream"]) == {**NOBODY, Part.WATCH: 1}
