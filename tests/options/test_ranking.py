"""The arithmetic by itself: places, ties, silence, what hangs on a weight, combined designs."""

from fractions import Fraction
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from centres.coverage import Heading
from mechanisms.models import Mechanism
from options.filters import Silence
from options.needs import Need, Weight
from options.ranking import Ranking, Standing, best_total, rank
from options.values import Evidence, Value
from options.wording import exact, hold_sentences

SHARES = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)])
WEIGHTS = st.sampled_from(list(Weight))
#: Rows of values, a row a mechanism.
VALUES = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        st.lists(WEIGHTS, min_size=n, max_size=n),
        st.lists(st.lists(SHARES, min_size=n, max_size=n), min_size=1, max_size=5),
    )
)


def ranking(weights: list[Weight], rows: list[list[Fraction | Value]], silence: Silence | None = None) -> Ranking:
    """Return the ranking of mechanisms with these shares of needs with these weights."""
    needs = [Need(Heading(f"need-{n}", {"en": f"Need {n}"}), weight) for n, weight in enumerate(weights)]
    mechanisms = [Mechanism(pk=n, code=f"m{n}", short_name_en=f"M{n}", position=n) for n in range(len(rows))]
    record = {
        (one.pk, need.code): Evidence(value if isinstance(value, Value) else Value(value))
        for one, row in zip(mechanisms, rows, strict=True)
        for need, value in zip(needs, row, strict=True)
    }
    return rank(mechanisms, needs, record, silence)


def first(weights: list[Fraction], rows: list[list[Fraction]]) -> set[str]:
    """Return who has the greatest sum, computed apart from the program."""
    totals = [sum(weight * share for weight, share in zip(weights, row, strict=True)) for row in rows]
    return {f"m{n}" for n, total in enumerate(totals) if total == max(totals)}


def test_a_tie_is_said_to_be_one():
    third = Fraction(1, 3)
    found = ranking(
        [Weight.MUST, Weight.NICE], [[third, Fraction(1)], [Fraction(1, 2), third], [Fraction(1), 0 * third]]
    )
    assert [(score.mechanism.code, score.rank, score.total) for score in found.scores] == [
        ("m2", 1, Fraction(4)),
        ("m0", 2, Fraction(7, 3)),
        ("m1", 2, Fraction(7, 3)),
    ]
    assert found.has_ties
    assert [score.mechanism.code for score in found.leaders] == ["m2"]


@given(VALUES)
def test_places_follow_the_totals_and_then_the_order_of_the_portal(drawn: tuple[list[Weight], list[list[Fraction]]]):
    weights, rows = drawn
    found = ranking(weights, rows)
    numbers = [Fraction(weight.number) for weight in weights]
    assert {score.mechanism.code for score in found.leaders} == first(numbers, rows)
    assert [score.rank for score in found.scores] == sorted(score.rank for score in found.scores)
    for one, two in zip(found.scores, found.scores[1:], strict=False):
        assert one.total > two.total or (one.rank == two.rank and one.mechanism.position < two.mechanism.position)


@given(VALUES, st.data())
def test_the_first_place_holds_exactly_between_the_limits(
    drawn: tuple[list[Weight], list[list[Fraction]]], data: st.DataObject
):
    weights, rows = drawn
    found = ranking(weights, rows)
    place = data.draw(st.integers(0, len(weights) - 1))
    hold = found.holds[place]
    leaders = {score.mechanism.code for score in found.leaders}
    numbers = [Fraction(weight.number) for weight in weights]
    assert hold.least <= numbers[place]
    assert hold.most is None or hold.most >= numbers[place]
    tried = data.draw(st.fractions(min_value=0, max_value=12, max_denominator=12))
    numbers[place] = tried
    is_inside = hold.least <= tried and (hold.most is None or tried <= hold.most)
    # At a limit others share the place.
    assert (leaders <= first(numbers, rows)) is is_inside


@given(VALUES)
def test_a_combined_design_has_the_best_of_its_members_and_none_too_many(
    drawn: tuple[list[Weight], list[list[Fraction]]],
):
    weights, rows = drawn
    found = ranking(weights, rows)
    mixes = found.mixes
    assert [mix.total for mix in mixes] == sorted((mix.total for mix in mixes), reverse=True)
    listed = {frozenset(one.code for one in mix.mechanisms) for mix in mixes}
    for size in (2, 3):
        for scores in combinations(found.scores, size):
            adds = all(
                best_total([score for score in scores if score is not left_out]) < best_total(scores)
                for left_out in scores
            )
            assert (frozenset(score.mechanism.code for score in scores) in listed) is adds
    for mix in mixes:
        for n, part in enumerate(mix.parts):
            shares = {one.code: rows[int(one.code[1:])][n] for one in mix.mechanisms}
            assert part.share == max(shares.values())
            assert {one.code for one in part.members} == {
                code for code, share in shares.items() if share == part.share and share
            }


@given(VALUES, st.data())
def test_silence_counts_zero_unless_it_is_taken_for_yes(
    drawn: tuple[list[Weight], list[list[Fraction]]], data: st.DataObject
):
    weights, rows = drawn
    row = data.draw(st.integers(0, len(rows) - 1))
    place = data.draw(st.integers(0, len(weights) - 1))
    silent = [list(one) for one in rows]
    silent[row][place] = Value(Fraction(0), Fraction(1))
    zero = [list(one) for one in rows]
    zero[row][place] = Fraction(0)
    whole = [list(one) for one in rows]
    whole[row][place] = Fraction(1)
    plain = {one.mechanism.code: one for one in ranking(weights, silent).scores}
    counted = {one.mechanism.code: (one.total, one.rank) for one in ranking(weights, zero).scores}
    assert {code: (one.total, one.rank) for code, one in plain.items()} == counted
    for taken, other in ((Silence.NO, zero), (Silence.YES, whole)):
        supposed = {one.mechanism.code: one for one in ranking(weights, silent, taken).scores}
        really = {one.mechanism.code: one for one in ranking(weights, other).scores}
        for code, score in supposed.items():
            assert (score.total, score.rank) == (plain[code].total, plain[code].rank)
            assert (score.supposed_total, score.supposed_rank) == (really[code].total, really[code].rank)


def test_a_must_is_met_or_not_or_nobody_knows():
    half = Fraction(1, 2)
    rows = [[Value(Fraction(1))], [Value(half)], [Value(half, half)], [Value()], [Value(silent=Fraction(1))]]

    def standings(silence: Silence | None) -> list[Standing]:
        scores = sorted(ranking([Weight.MUST], rows, silence).scores, key=lambda score: score.mechanism.position)
        return [score.points[0].standing for score in scores]

    met, partly, unmet, unknown = Standing.MET, Standing.PARTLY, Standing.UNMET, Standing.UNKNOWN
    assert standings(None) == [met, partly, unknown, unmet, unknown]
    assert standings(Silence.NO) == [met, partly, partly, unmet, unmet]
    assert standings(Silence.YES) == [met, partly, met, unmet, met]
    assert [len(score.open_musts) for score in ranking([Weight.NICE], rows).scores] == [0] * 5


def test_what_the_first_place_hangs_on_is_said_in_words():
    one, none = Fraction(1), Fraction(0)
    assert hold_sentences(ranking([Weight.MUST, Weight.IMPORTANT], [[one, none], [none, one]])) == [
        "The first place holds unless “Need 0” weighs less than 2 (now 4).",
        "The first place holds unless “Need 1” weighs more than 4 (now 2).",
    ]
    assert hold_sentences(ranking([Weight.NICE, Weight.NICE], [[one, none], [none, one]])) == [
        "The first place is shared only while “Need 0” weighs exactly 1.",
        "The first place is shared only while “Need 1” weighs exactly 1.",
    ]
    assert hold_sentences(ranking([Weight.NICE], [[one], [none]])) == [
        "The first place holds whatever weight is given to: Need 0."
    ]


@given(st.fractions(min_value=0, max_value=99, max_denominator=200))
def test_numbers_are_never_rounded(number: Fraction):
    assert sum(Fraction(part) for part in exact(number).split("\u00a0")) == number
    assume(number.denominator > 1)
    assert Fraction(exact(number).split("\u00a0")[-1]) < 1
