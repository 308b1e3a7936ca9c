"""The pictures of a check-up."""

from collections.abc import Sequence

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from detection.checkup.balance import LEAST_SHARE
from detection.checkup.centre import Checkup
from detection.checkup.facts.serving import HALF_HOUR_S
from detection.drawing import OTHERS, OWN, legend

GREY = "#bbbbbb"
RED = "#D55E00"
HALF_HOURS = 3600 // HALF_HOUR_S


def by_day(axes: Axes, one: Checkup) -> None:
    """Released slots and people served, day by day, beside what the centre could serve."""
    days = mdates.date2num(list(one.days.index))
    if one.capacity:
        axes.axhspan(one.capacity.low, one.capacity.high, color=OTHERS[1], alpha=0.25, linewidth=0)
        axes.axhline(one.capacity.per_day, color=OTHERS[1], linewidth=1.5, label="能力 capacity (95 %)")
    axes.plot(days, one.days["released"], color=OWN, linewidth=1.5, label="放号 released")
    axes.plot(days, one.days["served"], color=OTHERS[0], linewidth=1, label="办理 served")
    for change in one.changes:
        if change.what == "released":
            axes.axvline(float(mdates.date2num(change.day)), color=RED, linewidth=0.8, linestyle="--")
    axes.set_ylim(bottom=0)
    _days(axes)
    legend(axes)


def occupation(axes: Axes, one: Checkup) -> None:
    """How much of each half hour each window was taken."""
    table = one.occupation
    first, last = int(table.columns.min()), int(table.columns.max()) + 1
    grid = table.reindex(columns=range(first, last), fill_value=0.0)
    image = axes.imshow(grid.to_numpy(), aspect="auto", cmap="cividis", vmin=0, vmax=1, interpolation="nearest",
                        extent=(first, last, len(grid) - 0.5, -0.5))  # fmt: skip
    axes.set_yticks(range(len(grid)), list(grid.index), parse_math=False)
    hours = range(-(-first // HALF_HOURS) * HALF_HOURS, last + 1, HALF_HOURS)
    axes.set_xticks(list(hours), [str(hour // HALF_HOURS) for hour in hours])
    axes.set_xlabel("几点 hour")
    bar = axes.figure.colorbar(image, ax=axes, ticks=[0, 0.5, 1])
    bar.ax.set_yticklabels(["0", "50%", "100%"])


def sell_out(axes: Axes, one: Checkup) -> None:
    """How long each day's largest release lasted; a cross above: some slots were left."""
    largest = one.releases.sort_values(["units"]).groupby("service_day").tail(1).sort_values("service_day")
    gone = largest[largest["seconds"].notna()]
    axes.scatter(mdates.date2num(list(gone["service_day"])), np.maximum(gone["seconds"], 1), 10, color=OWN)
    axes.set_yscale("log")
    axes.set_ylim(1, max(2 * 86400.0, 2 * float(gone["seconds"].max()) if len(gone) else 0))
    left = largest[largest["seconds"].isna()]
    axes.scatter(
        mdates.date2num(list(left["service_day"])), [axes.get_ylim()[1] * 0.8] * len(left), 14, OTHERS[0], marker="x"
    )
    axes.set_yticks([1, 60, 3600, 86400], ["1 s", "1 min", "1 h", "1 d"])
    axes.minorticks_off()
    _days(axes)


def complaints(axes: Axes, one: Checkup) -> None:
    """Each complaint on its day, by what it is about; hollow: unanswered."""
    rows = one.received
    kinds = list(dict.fromkeys(rows["kind"]))
    for place, kind in enumerate(kinds):
        of_kind = rows[rows["kind"] == kind]
        days = mdates.date2num(list(of_kind["day"]))
        faces = [OWN if answered else "none" for answered in of_kind["replied_at"].notna()]
        axes.scatter(days, [place] * len(days), 22, facecolors=faces, edgecolors=OWN, linewidths=1)
    axes.set_yticks(range(len(kinds)), [KINDS[kind] for kind in kinds])
    axes.set_ylim(len(kinds) - 0.4, -0.6)
    axes.set_xlim(*(float(mdates.date2num(day)) for day in (one.from_day, one.to_day)))
    _days(axes)


def ranking(axes: Axes, found: Sequence[Checkup]) -> None:
    """What each centre lets in of what it could serve, with its interval, the smallest share first."""
    for place, one in enumerate(found):
        now = one.balance
        if now is None:
            continue
        colour = RED if one.verdict == "withheld" else OWN
        axes.plot([now.share_low, now.share_high], [place, place], color=colour, linewidth=2.5)
        axes.plot([now.share], [place], "o", color=colour, markersize=4)
    axes.axvline(LEAST_SHARE, color=GREY, linestyle="--", linewidth=1)
    axes.set_yticks(range(len(found)), [one.centre_id for one in found], parse_math=False)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    axes.set_xlabel("放号和现场取号占能力的比例 share of capacity let in")


#: what complaints are about, as shown
KINDS = {
    "slots": "约不到号 slots",
    "night_queue": "夜间排队 night queue",
    "waiting": "等候 waiting",
    "order": "秩序 order",
    "conduct": "态度 conduct",
    "other": "其他 other",
}


def _days(axes: Axes) -> None:
    locator = mdates.AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
