"""The pictures of a report."""

import math

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from detection.drawing import OTHERS, OWN, legend
from detection.evaluation.report import Report

#: square points of the dot of a single booking
DOT = 12
#: the others' lines differ also in black and white, and where one lies on another
DASHES = ("-", "--", ":", "-.")


def precision_recall(axes: Axes, report: Report) -> None:
    """Precision against recall, the product's and its peers'."""
    for peer, colour, dash in zip(report.peers, OTHERS, DASHES, strict=True):
        if peer.curve:
            axes.plot(peer.curve.recall, peer.curve.precision, dash, color=colour, label=peer.name, linewidth=1.2)
    if report.curve:
        axes.plot(report.curve.recall, report.curve.precision, color=OWN, label="inturn", linewidth=2)
    axes.set(xlabel="share of the manipulated that is found", ylabel="share of those looked at that is right")
    axes.set(xlim=(0, 1.01), ylim=(0, 1.03))
    legend(axes)


def recall_by_scheme(axes: Axes, report: Report) -> None:
    """Found by flags, and within the budget, scheme by scheme."""
    names = [f"{group.name} ({group.ranking.positives:,})" for group in report.schemes]
    places = range(len(names))
    within = [
        group.ranking.recall_at_budget.value if group.ranking.recall_at_budget else 0.0 for group in report.schemes
    ]
    found = [group.flagged.recall.value if group.flagged.recall else 0.0 for group in report.schemes]
    budget = report.ranking.budget
    for shift, values, colour, label in (
        (-0.2, within, OTHERS[0], f"first {budget} a night"),
        (0.2, found, OWN, "flagged"),
    ):
        bars = axes.barh([place + shift for place in places], values, 0.36, color=colour, label=label)
        axes.bar_label(bars, [f"{value:.0%}" for value in values], padding=2, fontsize=7)  # none is no bar
    axes.set_yticks(list(places), names, parse_math=False)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.12), xlabel="share found")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    legend(axes)


def reliability(axes: Axes, report: Report) -> None:
    """The share of positives among bookings of a score; on the diagonal a score would be a probability."""
    steps = report.calibration.steps if report.calibration else []
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
    scores, shares = [step.mean_score for step in steps], [step.positives for step in steps]
    sizes = [DOT * (1 + math.log10(step.bookings)) for step in steps]  # a share of few is not as sure as one of many
    axes.scatter(scores, shares, sizes, color=OWN, clip_on=False, zorder=3)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="share that is manipulated")


def first_flag(axes: Axes, report: Report) -> None:
    """On which of its working days each ring was first flagged; a cross: never."""
    for place, ring in enumerate(report.first_flags):
        axes.plot([1, ring.working_days], [place, place], color="#bbbbbb", linewidth=1)
        at, mark = (ring.working_days, "x") if ring.after is None else (ring.after, "o")
        axes.plot([at], [place], mark, color=OWN if ring.after else OTHERS[0], markersize=6)
    axes.set_yticks(range(len(report.first_flags)), [ring.ring for ring in report.first_flags], parse_math=False)
    axes.invert_yaxis()
    axes.set(xlabel="working day of the ring")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
