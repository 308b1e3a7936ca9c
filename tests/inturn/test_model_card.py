"""A model's card in print."""

import io
from typing import Any

from rich.console import Console

from inturn.model_card import print_card


def test_a_figure_that_rounds_to_nothing_has_no_sign() -> None:
    near = {"value": -0.0004, "low": -0.3, "high": -0.0}
    figures: dict[str, Any] = {"all": {"verdicts": 3, "manipulated": 1, "calibration": near}}
    card = {
        "version": "learned-0",
        "as_of": "2026-03-02",
        "labels": {},
        "inputs": [],
        "blend": {"share": 0.5},
        "figures": {"challenger": figures, "champion": figures},
    }
    shown = io.StringIO()
    print_card(Console(file=shown, width=200), card, [])
    assert "0.00 [-0.30, 0.00]" in shown.getvalue()
    assert "-0.00" not in shown.getvalue()
