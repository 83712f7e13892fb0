"""N of M: no set of answers by fewer different people than needed ever leads on."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from workflows import quorum
from workflows.case import Decision
from workflows.quorum import Needs


def said(person: int, chairs: Iterable[str], behalf: int | None) -> Decision:
    """One answer."""
    return Decision("owners", person, behalf, tuple(sorted(chairs)))


def heads(answers: list[Decision]) -> int:
    """How many different people can have answered: the most answers of which no two have somebody in common."""
    sizes = range(len(answers), 0, -1)
    return next((n for n in sizes if any(apart(some) for some in combinations(answers, n))), 0)


def apart(answers: Iterable[Decision]) -> bool:
    """Has nobody a part in two of these?"""
    people = [person for one in answers for person in quorum.people(one)]
    return len(set(people)) == len(people)


ANSWERS = st.lists(
    st.builds(
        said,
        st.integers(1, 5),
        st.frozensets(st.sampled_from(["owner", "other", "it"])),
        st.none() | st.integers(1, 5),
    ),
    max_size=6,
)


NEEDS = st.builds(
    lambda total, each: Needs(max(total, sum(each.values())), tuple(each.items())),
    st.integers(2, 4),
    st.dictionaries(st.sampled_from(["owner", "other", "it"]), st.integers(1, 2), max_size=2),
)


@given(NEEDS, ANSWERS)
def test_fewer_people_than_needed_are_never_enough(needs: Needs, answers: list[Decision]) -> None:
    if quorum.met(needs, answers):
        assert heads(answers) >= needs.total
        assert any(one.chairs for one in answers)
        for chair, number in needs.each:
            able = [one for one in answers if chair in one.chairs or not one.chairs]
            assert heads(able) >= number


@given(NEEDS, ANSWERS)
def test_another_answer_never_takes_anything_away(needs: Needs, answers: list[Decision]) -> None:
    """Without anybody in two answers, more of them are never less."""
    kept = list(quorum.distinct(answers))
    met = [quorum.met(needs, kept[:count]) for count in range(len(kept) + 1)]
    assert met == sorted(met)
