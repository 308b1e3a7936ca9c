"""What is let in beside what could be served, and the verdict."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from detection.checkup.balance import balance
from detection.checkup.centre import Checkup
from detection.checkup.judging import judged
from tests.detection.checkup.checkup_support import drawn, hundred, log

CASES = [
    ("all slots are kept", {}, 60 / 98),
    ("a tenth of the holders stays away", {"kept": 54}, 54 / 98),
    ("twenty walk in beside", {"walk_ins": 20}, 80 / 98),
    ("more are kept than were taken: no more than all", {"kept": 70}, 60 / 98),
    ("nobody took any: all would have been kept", {"taken": 0, "kept": 0}, 60 / 98),
]


@pytest.mark.parametrize(("each", "share"), [pytest.param(each, share, id=name) for name, each, share in CASES])
def test_the_share_let_in(each: dict[str, float], share: float) -> None:
    found = drawn(balance(log(**each), hundred()))
    assert found.share == pytest.approx(share)
    assert found.served_share == pytest.approx(58 / 98)
    assert found.share_low == pytest.approx(share, rel=1e-6)


@pytest.mark.parametrize(
    ("each", "pressed"),
    [
        ({"refused": 5, "taken": 30}, True),
        ({"refused": 0, "taken": 30}, False),
        ({"refused": 0, "taken": 60}, True),
        ({"refused": np.nan, "taken": 30}, False),
        ({"refused": np.nan, "taken": 60}, True),
        ({"refused": 1, "taken": 30, "released": 500}, False),
    ],
)
def test_somebody_was_turned_away_or_nothing_was_left(each: dict[str, float], pressed: bool) -> None:
    assert drawn(balance(log(**each), hundred())).is_pressed is pressed


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (log(released=np.nan), "no quotas"),
        (log(9), "fewer than 10 days"),
        (log().iloc[:0], "no quotas"),
        (log(released=999_999_999_999), "released slots that cannot be"),
    ],
)
def test_no_balance(rows: pd.DataFrame, why: str) -> None:
    found = balance(rows, hundred())
    assert isinstance(found, str)
    assert why in found


def test_days_without_a_quota_are_left_out() -> None:
    rows = log()
    rows.loc[rows.index[:5], "released"] = np.nan
    assert drawn(balance(rows, hundred())).days == 15


def one(name: str, share: float, p: float, *, refused: float = 5) -> Checkup:
    found = drawn(balance(log(released=share * 98, taken=share * 98, kept=share * 98, refused=refused), hundred()))
    found = replace(found, p=p, pressed=1.0 if refused else 0.0)
    nothing = pd.DataFrame()
    return Checkup(
        name, date(2026, 3, 2), date(2026, 3, 27), nothing, nothing, nothing, nothing, nothing, nothing, {}, (), True,
        hundred(), found, None, None, None, None, (), (), None, {},  # type: ignore[arg-type]
    )  # fmt: skip


VERDICTS = [
    ("far below, surely", one("A", 0.5, 1e-6), "withheld"),
    ("far below, but nobody was turned away", one("A", 0.5, 1e-6, refused=0), "adequate"),
    ("above", one("A", 0.9, 1.0), "adequate"),
    ("below, but perhaps by chance", one("A", 0.7, 0.2), "adequate"),
    ("without a balance", replace(one("A", 0.5, 1e-6), balance=None), "not_assessed"),
]


@pytest.mark.parametrize(("checkup", "verdict"), [pytest.param(c, v, id=name) for name, c, v in VERDICTS])
def test_verdicts(checkup: Checkup, verdict: str) -> None:
    assert judged([checkup], 0.05)[0].verdict == verdict


def test_the_more_centres_are_looked_at_the_surer_a_verdict_must_be() -> None:
    doubtful = one("A", 0.7, 0.04)
    assert judged([doubtful], 0.05)[0].verdict == "withheld"
    many = [doubtful, *(one(f"B{n}", 0.9, 1.0) for n in range(9))]
    found = judged(many, 0.05)[0]
    assert found.q == pytest.approx(0.4)
    assert found.verdict == "adequate"


def test_nothing_to_judge() -> None:
    assert judged([], 0.05) == []
