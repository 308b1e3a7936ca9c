"""A picture of `review.pictures` as a static graphic: the same option, drawn without a browser.

It draws what those pictures use of ECharts: bars, also stacked, and lines and boxes on two axes, marks and a legend.
"""

import io
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from review.exports.fonts import of_size
from review.pictures.bars import NAME_PX
from review.pictures.colours import CLEAR, NEUTRAL

Option = dict[str, Any]

#: px; a picture is readable at this width, and px are drawn as points of 1/96 inch
WIDTH = 640
DPI = 96
PT = 72 / DPI
INK, FAINT = "#24282e", "#5b616b"
LABEL, SMALL = of_size(12 * PT), of_size(10 * PT)
#: between the ticks of a clock: minutes to a day, as few as tell the time
STEPS_MS, MOST_TICKS = tuple(60_000 * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 1440)), 9


def svg_of(option: Option, height: int) -> str:
    """The picture as SVG, its letters as outlines; the same option gives the same text."""
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI)
    grid = option["grid"]
    axes = figure.add_axes(
        (
            grid["left"] / WIDTH,
            grid["bottom"] / height,
            1 - (grid["left"] + grid["right"]) / WIDTH,
            1 - (grid["top"] + grid["bottom"]) / height,
        )
    )
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    _axis(axes, option["xAxis"], "x")
    _axis(axes, option["yAxis"], "y")
    series = option["series"]
    _bars(axes, [part for part in series if part["type"] == "bar"], option["yAxis"]["type"] == "category")
    for part in series:
        if part["type"] == "lines":
            _lines(axes, part)
        if part["type"] == "graph":
            _graph(axes, part)
        _marks(axes, part.get("markLine"))
    _legend(figure, option)
    # ids of clip paths hang on a salt, and the date stands in the file: both fixed, that a rerun gives the same
    with mpl.rc_context({"svg.hashsalt": "inturn", "svg.fonttype": "path"}):
        content = io.StringIO()
        FigureCanvasSVG(figure).print_svg(content, metadata={"Date": None})
    return content.getvalue()


def _axis(axes: Axes, axis: Option, which: Literal["x", "y"]) -> None:
    """Limits, ticks and names of one axis."""
    one = axes.xaxis if which == "x" else axes.yaxis
    limits = axes.set_xlim if which == "x" else axes.set_ylim
    if axis["type"] == "category":
        names = axis["data"]
        limits(*((len(names) - 0.5, -0.5) if axis.get("inverse") else (-0.5, len(names) - 0.5)))
        every = 1 if which == "y" else -(-len(names) // 14)
        width = axis["axisLabel"].get("width", NAME_PX)
        one.set_ticks(range(0, len(names), every), [_wrapped(name, width) for name in names[::every]])
    elif axis["type"] == "time":
        limits(axis["min"], axis["max"])
        step = next((step for step in STEPS_MS if axis["max"] - axis["min"] <= step * MOST_TICKS), STEPS_MS[-1])
        places = np.arange(np.ceil(axis["min"] / step), np.floor(axis["max"] / step) + 1) * step
        one.set_ticks(places, [np.datetime64(int(place), "ms").item().strftime("%H:%M") for place in places])
    else:
        if "max" in axis:
            limits(axis["min"], axis["max"])
        one.set_major_locator(mpl.ticker.MaxNLocator(5, integer="minInterval" in axis))
        if suffix := axis.get("axisLabel", {}).get("formatter", "").replace("{value}", ""):
            one.set_major_formatter(mpl.ticker.FormatStrFormatter("%g" + suffix.replace("%", "%%")))
        if axis.get("show") is not False and axis.get("axisLabel", {}).get("show") is not False:
            axes.grid(axis=which, color="#e3e5e8", linewidth=0.6)
            axes.set_axisbelow(True)
    one.set_tick_params(length=0, labelcolor=FAINT)
    for label in one.get_ticklabels():
        label.set_fontproperties(LABEL)
    if axis.get("show") is False or axis.get("axisLabel", {}).get("show") is False:
        one.set_ticks([])
    if axis.get("show") is False:
        axes.spines["bottom" if which == "x" else "left"].set_visible(False)


def _bars(axes: Axes, parts: list[Option], lying: bool) -> None:
    """Bars; those of one stack stand on each other, the others beside each other."""
    stacks = list(dict.fromkeys(part.get("stack", f"#{place}") for place, part in enumerate(parts)))
    band = 0.72 / max(len(stacks), 1)
    tops: dict[str, Any] = {}
    for place, part in enumerate(parts):
        stack = part.get("stack", f"#{place}")
        values = np.array([item["value"] if item else 0.0 for item in part["data"]], float)
        below = tops.get(stack, np.zeros(values.size))
        tops[stack] = below + values
        at = np.arange(values.size) + (stacks.index(stack) - (len(stacks) - 1) / 2) * band
        if part["itemStyle"]["color"] != CLEAR:
            draw = axes.barh if lying else axes.bar
            draw(at, values, band * 0.86, below, color=part["itemStyle"]["color"])
        for where, top, item in zip(at, tops[stack], part["data"], strict=True):
            if item and "label" in item:
                axes.annotate(
                    item["label"]["formatter"],
                    (top, where),
                    xytext=(4, 0),
                    textcoords="offset points",
                    va="center",
                    parse_math=False,
                    font=LABEL,
                    color=INK,
                )


def _lines(axes: Axes, part: Option) -> None:
    style = part["lineStyle"]
    lines = [line["coords"] for line in part["data"]]
    axes.add_collection(
        LineCollection(lines, colors=style["color"], linewidths=style["width"] * PT, alpha=style["opacity"])
    )


def _graph(axes: Axes, part: Option) -> None:
    """Boxes with a name in each, and the lines between them."""
    places = {node["id"]: node["value"] for node in part["data"]}
    for link in part["links"]:
        (x, y), (to_x, to_y) = places[link["source"]], places[link["target"]]
        style = link["lineStyle"]
        dashes = "--" if style["type"] == "dashed" else "-"
        axes.plot([x, to_x], [y, to_y], dashes, color=NEUTRAL, alpha=style["opacity"], linewidth=1.2, zorder=1)
    scale = axes.transData.inverted()
    (left, low), (right, high) = scale.transform([(0, 0), part["symbolSize"]])
    wide, tall = right - left, high - low
    for node in part["data"]:
        x, y = node["value"]
        axes.add_patch(
            Rectangle(
                (x - wide / 2, y - tall / 2),
                wide,
                tall,
                facecolor=part["categories"][node["category"]]["itemStyle"]["color"],
                zorder=2,
                clip_on=False,
            )
        )
        axes.text(
            x, y, node["label"]["formatter"], ha="center", va="center", color="white", font=SMALL, parse_math=False
        )


def _marks(axes: Axes, marks: Option | None) -> None:
    """Lines across at a value, each with its words."""
    if marks is None:
        return
    dashes = "--" if marks["lineStyle"]["type"] == "dashed" else "-"
    words: Option = {"textcoords": "offset points", "font": LABEL, "color": FAINT, "parse_math": False}
    for mark in marks["data"]:
        said = mark.get("label", marks["label"])["formatter"]
        if "xAxis" in mark:
            axes.axvline(mark["xAxis"], alpha=0.5, zorder=0.5, color=NEUTRAL, linewidth=0.8, linestyle=dashes)
            across = axes.get_xaxis_transform()
            axes.annotate(said, (mark["xAxis"], 0), xycoords=across, xytext=(0, -4), ha="center", va="top", **words)
            continue
        axes.axhline(mark["yAxis"], zorder=0.5, color=NEUTRAL, linewidth=0.8, linestyle=dashes)
        place: Option = {"xytext": (-6, 0), "ha": "right", "va": "center"}
        if marks["label"]["position"].startswith("inside"):
            place = {"xytext": (4, 3), "va": "bottom"}
        along = axes.get_yaxis_transform()
        axes.annotate(said, (0, mark["yAxis"]), xycoords=along, annotation_clip=False, **place, **words)


def _legend(figure: Figure, option: Option) -> None:
    """Names and colours below the picture."""
    known = {part.get("name"): part["itemStyle"]["color"] for part in option["series"] if "itemStyle" in part}
    for part in option["series"]:
        known |= {kind["name"]: kind["itemStyle"]["color"] for kind in part.get("categories", ())}
    names = option.get("legend", {}).get("data", [])
    if names:
        squares = [Line2D([], [], linestyle="", marker="s", markersize=8, color=known[name]) for name in names]
        columns = len(names) if sum(_width(name) + 40 for name in names) < WIDTH else 2
        figure.legend(squares, names, loc="lower center", ncols=columns, prop=LABEL, frameon=False, handletextpad=0.2)


def _width(text: str) -> float:
    """About how many px a text of 12 px takes: Chinese signs are as wide as high."""
    return sum(12.0 if sign >= "⺀" else 6.6 for sign in text)


def _wrapped(text: str, width: float) -> str:
    """The text on several lines of at most this many px: broken at blanks, Chinese anywhere."""
    lines, line = [], ""
    for word in text.split(" ") if " " in text else list(text):
        joined = f"{line} {word}" if line and " " in text else line + word
        if line and _width(joined) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return "\n".join([*lines, line]).replace("$", r"\$")
