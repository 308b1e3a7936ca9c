"""The waterfall's sums: a family of supports is one step, and what is not told is the rest to the score."""

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


def reasons(together: float | None = None, **weights: float) -> str:
    """What fired, with its weight; `together`: what the family of each support weighs."""
    flags = all_flags()
    return json.dumps(
        [
            {"flag": code, "weight": weight, "together": together if code in flags and flags[code].beside else None}
            for code, weight in weights.items()
        ]
    )


def test_a_benefit_its_supports_and_what_is_lent():
    """Of the families beside order only `links` fires, with two flags: one step, of what the family weighs together."""
    links = [code for code, flag in all_flags().items() if flag.family == "links" and "order" in flag.beside][:2]
    found = added_up(reasons(3.5, Q101=40.0, ring=5.0, **dict(zip(links, (2.0, 10.0), strict=True))), 0.9)
    assert [(step.kind, step.codes) for step in found.steps] == [
        ("benefit", ("Q101",)),
        ("supports", (links[1], links[0])),
        ("lent", ("ring",)),
        ("rest", ()),
    ]
    assert [step.adds for step in found.steps[:3]] == pytest.approx([log10(40), log10(3.5), log10(5)])
    assert found.start == pytest.approx(log10(CHANCE / (1 - CHANCE)))
    assert found.end == pytest.approx(log10(9))


def test_what_verdicts_have_taught_is_one_step():
    found = added_up(reasons(**{"Q101": 40.0, f"{LEARNED}lead_hours": 3.0, f"{LEARNED}rest": 0.5}), 0.9)
    assert [step.kind for step in found.steps] == ["benefit", "taught", "rest"]
    assert found.steps[1].adds == pytest.approx(log10(1.5))


def test_of_two_benefits_the_stronger_one_is_told():
    found = added_up(reasons(Q101=40.0, Q402=70.0), 0.5)
    assert found.steps[0].codes == ("Q402",)


@given(
    weights=st.dictionaries(st.sampled_from(CODES), st.floats(0.01, 1e6)),
    together=st.none() | st.floats(0.01, 1e6),
    score=st.floats(0, 1),
)
def test_whatever_fired_the_steps_lead_from_start_to_end(weights, together, score):
    found = added_up(reasons(together, **weights), score)
    assert found.start + sum(step.adds for step in found.steps) == pytest.approx(found.end)
    assert found.steps[-1].kind == "rest"
