"""The waterfall's sums: supports of one family are averaged, and what is not told is the rest to the score."""

import json
from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.flag import all_flags
from detection.lending import CHANCE
from detection.reasons import LEARNED, LENDERS
from review.pictures.adding_up import added_up

CODES = [*all_flags(), *LENDERS, f"{LEARNED}lead_hours", f"{LEARNED}rest"]


def reasons(**weights: float) -> str:
    return json.dumps([{"flag": code, "weight": weight} for code, weight in weights.items()])


def finding(**values: float) -> dict[str, float]:
    return {f"{code}_value": value for code, value in values.items()}


def test_a_benefit_its_support_and_what_is_lent():
    """Of the families beside order only `links` fires: its five flags are 10, 0.5 twice, and two not assessed, 1."""
    links = [code for code, flag in all_flags().items() if flag.family == "links" and "order" in flag.beside]
    assessed = finding(**dict.fromkeys(links[1:3], 0.0))
    assessed |= finding(**{links[0]: 6.0})
    found = added_up(reasons(Q101=40.0, ring=5.0, **{links[0]: 10.0}), assessed, 0.9)
    mean = (10 + 2 * 0.5 + (len(links) - 3)) / len(links)
    assert [(step.kind, step.codes) for step in found.steps] == [
        ("benefit", ("Q101",)),
        ("supports", (links[0],)),
        ("lent", ("ring",)),
        ("rest", ()),
    ]
    assert [step.adds for step in found.steps[:3]] == pytest.approx([log10(40), log10(mean), log10(5)])
    assert found.start == pytest.approx(log10(CHANCE / (1 - CHANCE)))
    assert found.end == pytest.approx(log10(9))


def test_what_verdicts_have_taught_is_one_step():
    found = added_up(reasons(**{"Q101": 40.0, f"{LEARNED}lead_hours": 3.0, f"{LEARNED}rest": 0.5}), {}, 0.9)
    assert [step.kind for step in found.steps] == ["benefit", "taught", "rest"]
    assert found.steps[1].adds == pytest.approx(log10(1.5))


def test_of_two_benefits_the_stronger_one_is_told():
    found = added_up(reasons(Q101=40.0, Q402=70.0), {}, 0.5)
    assert found.steps[0].codes == ("Q402",)


@given(weights=st.dictionaries(st.sampled_from(CODES), st.floats(0.01, 1e6)), score=st.floats(0, 1))
def test_whatever_fired_the_steps_lead_from_start_to_end(weights, score):
    found = added_up(reasons(**weights), {}, score)
    assert found.start + sum(step.adds for step in found.steps) == pytest.approx(found.end)
    assert found.steps[-1].kind == "rest"
