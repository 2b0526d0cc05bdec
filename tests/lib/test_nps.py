"""METHOD §1–§5: every worked example is a vector here."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_platform.lib.csat import ces, csat
from nps_platform.lib.nps import (
    Counts,
    NpsClass,
    Part,
    Stratum,
    Verdict,
    answers_needed,
    benjamini_hochberg,
    class_of,
    compare,
    invitations_needed,
    margin_for,
    movement,
    parts_of,
    revenue_weighted,
    score,
    stratified,
)

counts = st.builds(Counts, *[st.integers(0, 5000)] * 3)
heard = counts.filter(lambda c: c.n > 0)


def known(figure: float | None) -> float:
    assert figure is not None
    return figure


def test_classes_cut_at_seven_and_nine():
    classes = [class_of(s).value for s in range(11)]
    assert classes == ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2


@pytest.mark.parametrize("bad", [-1, 11, 9.0, "9", True, None])
def test_anything_but_an_integer_from_0_to_10_is_refused(bad):
    with pytest.raises(ValueError, match="0 to 10"):
        class_of(bad)


@pytest.mark.parametrize(
    ("given_counts", "nps", "low", "high"),
    [
        (Counts(50, 30, 20), 30, 14.051, 44.201),
        (Counts(6, 3, 1), 50, -0.203, 77.126),
        (Counts(10, 0, 0), 100, 47.504, 100),
    ],
)
def test_the_interval_is_adjusted_wald(given_counts, nps, low, high):
    result = score(given_counts)
    assert result.nps == nps
    assert (result.low, result.high) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_nobody_answered_is_no_score_never_zero():
    nothing = score(Counts())
    assert (nothing.n, nothing.nps, nothing.low, nothing.high, nothing.se) == (0, None, None, None, None)
    assert compare(Counts(), Counts(200, 0, 0)).delta is None


@given(heard)
def test_the_interval_stays_within_the_scale_and_in_order(some):
    result = score(some)
    assert -100 <= known(result.low) < known(result.high) <= 100


@given(counts, counts)
def test_counts_add_up_whatever_way_answers_are_grouped(one, other):
    assert (one + other).n == one.n + other.n
    assert Counts.of([10] * 3 + [7] * 2 + [0]) == Counts(3, 2, 1)


def test_the_worked_change_is_a_change():
    change = compare(Counts(180, 130, 90), Counts(230, 120, 80))
    assert change.delta == pytest.approx(12.3837, abs=5e-5)
    assert change.z == pytest.approx(2.2732, abs=5e-5)
    assert change.p == pytest.approx(0.02301, abs=5e-6)
    assert (change.verdict, change.needed) == (Verdict.UP, None)
    assert known(change.delta_low) > 0
    assert compare(change.after, change.before).verdict is Verdict.DOWN


@given(heard, heard)
def test_a_change_is_called_only_where_its_interval_excludes_zero_and_answers_are_not_few(before, after):
    change = compare(before, after)
    excludes_zero = known(change.delta_low) > 0 or known(change.delta_high) < 0
    assert change.is_change == (excludes_zero and min(before.n, after.n) >= 100)


def test_few_answers_are_said_to_be_few_however_far_apart():
    change = compare(Counts(99, 0, 0), Counts(0, 0, 500))
    assert (change.verdict, change.needed) == (Verdict.FEW, 1)


def test_as_many_more_answers_as_it_says_would_show_the_change_with_80_percent_power():
    change = compare(Counts(180, 130, 90), Counts(195, 125, 90))
    assert change.verdict is Verdict.NO_CHANGE
    # with the same shares and `needed` more in each, the expected z is z.975 + z.80 = 2.80
    more = known(change.needed)
    gap = known(score(change.after).centre) - known(score(change.before).centre)
    variances = [known(score(c).se) ** 2 * (c.n + 3) / (c.n + 3 + more) for c in (change.before, change.after)]
    assert gap / sum(variances) ** 0.5 == pytest.approx(1.959964 + 0.841621, abs=1e-3)


def test_two_groups_exactly_alike_need_no_number():
    assert compare(Counts(100, 100, 100), Counts(100, 100, 100)).needed is None


def test_sample_sizes_follow_the_worked_example():
    assert answers_needed(0.61, 5) == 938
    assert answers_needed(0.61, 5, population=2000) == 639
    assert invitations_needed(639, 0.25) == 2556


@given(st.floats(0.05, 1), st.floats(1, 20), st.integers(1, 100_000))
def test_asking_as_many_as_needed_gives_the_margin_wished(var, margin, population):
    asked = answers_needed(var, margin, population)
    assert known(margin_for(var, asked, population)) <= margin + 1e-9
    assert asked == 1 or known(margin_for(var, asked - 1, population)) > margin - 1e-9


def test_a_stratified_score_weighs_by_the_population_and_says_what_it_covers():
    result = stratified([Stratum(3000, Counts(60, 20, 20)), Stratum(1000, Counts(0, 5, 5)), Stratum(1000, Counts())])
    assert result.nps == pytest.approx(0.75 * 40 + 0.25 * -50)
    assert result.covered == pytest.approx(0.8)
    assert known(result.low) < known(result.nps) < known(result.high)
    assert stratified([Stratum(10, Counts())]).nps is None


def test_a_revenue_weighted_score_leaves_the_silent_out():
    revenue = {NpsClass.PROMOTER: Decimal(600), NpsClass.DETRACTOR: Decimal(200), NpsClass.SILENT: Decimal(9999)}
    assert revenue_weighted(revenue) == 50
    assert revenue_weighted({NpsClass.SILENT: Decimal(1)}) is None


def test_the_worked_movement_splits_into_mix_and_within():
    moved = movement({"A": Part(0.6, 40), "B": Part(0.4, 10)}, {"A": Part(0.5, 44), "B": Part(0.5, 6)})
    assert (moved.total, moved.mix, moved.within) == (-3.0, -3.4, 0.4)


@given(
    st.dictionaries(st.sampled_from("ABCD"), heard, min_size=1),
    st.dictionaries(st.sampled_from("ABCD"), heard, min_size=1),
)
def test_a_movement_leaves_no_remainder_even_where_groups_come_and_go(before, after):
    moved = movement(parts_of(before), parts_of(after))
    all_before, all_after = sum(before.values(), Counts()), sum(after.values(), Counts())
    plain = [Fraction(100 * (c.promoters - c.detractors), c.n) for c in (all_before, all_after)]
    assert moved.whole.mix + moved.whole.within == plain[1] - plain[0]


def test_benjamini_hochberg_keeps_the_order_given():
    assert benjamini_hochberg([0.039, 0.001, 0.9, 0.008, 0.041]) == [False, True, False, True, False]
    # a later rank that passes carries the earlier ones with it
    assert benjamini_hochberg([0.04, 0.03, 0.05]) == [True, True, True]
    assert benjamini_hochberg([]) == []


def test_satisfaction_and_effort_follow_the_worked_examples():
    assert csat([5, 10, 20, 40, 25]).share == 0.65
    effort = ces([2, 3, 5, 10, 20, 35, 25])
    assert (effort.share, effort.mean) == (0.8, pytest.approx(5.48))
    assert csat([0] * 5).share is None
    with pytest.raises(ValueError, match="1 to 5"):
        csat([1, 2])
