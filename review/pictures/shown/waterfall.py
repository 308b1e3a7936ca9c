"""What each finding adds to the score of a booking."""

from itertools import pairwise
from math import ceil, floor, log10

from detection.flag import Words, all_flags
from review.pictures.adding_up import Step, Sum, added_up
from review.pictures.bars import TIP, height, names_axis, series
from review.pictures.colours import AGAINST, CLEAR, FOR, NEUTRAL
from review.pictures.evidence import Evidence
from review.pictures.picture import Drawn, Option, picture
from review.wording import Lang, plain, say

TITLE = Words("可疑分的构成", "What makes up the score")
ABOUT = Words(
    "自上而下：未看证据时的概率，各项发现使赔率乘以多少，最后是本预约的可疑分。看同一件事的发现合并计算。",
    "From the top: the probability before any evidence, by how much each finding multiplies the odds, and last this "
    "booking's score. Findings that look at the same thing count together.",
)
START = Words("未看证据时", "before any evidence")
END = Words("可疑分", "score")
REST = Words("其余（未触发的指标、其他方式）", "the rest (what did not fire, other ways)")
TAUGHT = Words("核查结论的经验", "what verdicts have taught")
LENT = {
    "centre": Words("本中心的其他预约", "the centre's other bookings"),
    "clerk": Words("同一经办人的其他预约", "the clerk's other bookings"),
    "ring": Words("同一团伙的其他预约", "the ring's other bookings"),
}
SERIES = (Words("概率", "probability"), Words("增加", "adds"), Words("减少", "takes away"))
ALT = Words(
    "预约 {booking}：由 {start} 到可疑分 {end}。{steps}。",
    "Booking {booking}: from {start} to a score of {end}. {steps}.",
)
NO_SCORE = Words(
    "该预约没有可评估的得益，故无可疑分。", "No benefit of this booking could be assessed: it has no score."
)
OTHERS = Words("图为预约 {booking}。", "Shown is booking {booking}.")
#: probabilities that the axis names
MARKS = (0.0001, 0.01, 0.5, 0.99)


@picture(place=1, title=TITLE, about=ABOUT)
def waterfall(evidence: Evidence, lang: Lang) -> Drawn:
    """A bar a finding, on a scale of log odds."""
    booking = evidence.chosen()
    if booking is None or booking["p_value"] is None:
        missing = say(NO_SCORE, lang)
        return Drawn(None, missing, (missing,))
    found = added_up(booking["reasons"], booking["score"])
    names = [say(START, lang), *(_name(step, lang) for step in found.steps), say(END, lang)]
    labels = [_percent(found.start), *(_times(step.adds) for step in found.steps), _percent(found.end)]
    told = [f"{name} {label}" for name, label in zip(names[1:-1], labels[1:-1], strict=True)]
    alt = say(ALT, lang, booking=plain(booking["booking_id"]), start=labels[0], end=labels[-1], steps="; ".join(told))
    note = say(OTHERS, lang, booking=plain(booking["booking_id"]))
    return Drawn(_option(found, names, labels, lang), alt, (note,), height(len(names)))


def _option(found: Sum, names: list[str], labels: list[str], lang: Lang) -> Option:
    """Stacked bars: what is below is drawn clear, so all values count from the left end of the scale."""
    ends = [found.start]
    for step in found.steps:
        ends.append(ends[-1] + step.adds)
    low, high = floor(min(ends)) - 0.5, ceil(max(ends)) + 1.0
    base = [0.0, *(min(pair) - low for pair in pairwise(ends)), 0.0]
    rises = [None, *(step.adds if step.adds >= 0 else None for step in found.steps), None]
    falls = [None, *(-step.adds if step.adds < 0 else None for step in found.steps), None]
    whole = [found.start - low, *(None for _ in found.steps), found.end - low]
    words = [say(name, lang) for name in SERIES]
    shown = [
        series(words[0], NEUTRAL, whole, labels),
        series(words[1], AGAINST, rises, labels),
        series(words[2], FOR, falls, labels),
    ]
    below = series("", CLEAR, base) | {"silent": True, "tooltip": {"show": False}}
    marks = [
        {"xAxis": place - low, "label": {"formatter": _percent(place)}}
        for place in (_place(probability) for probability in MARKS)
        if low < place < high
    ]
    below["markLine"] = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"type": "dashed", "width": 1, "color": NEUTRAL, "opacity": 0.4},
        "label": {"position": "end", "fontSize": 11, "opacity": 1},
        "data": marks,
    }
    return {
        "tooltip": {**TIP, "formatter": "{b}"},
        "legend": {"data": words[1:], "bottom": 0},
        "grid": {"left": 228, "right": 52, "top": 12, "bottom": 58},
        "xAxis": {
            "type": "value",
            "min": 0,
            "max": round(high - low, 6),
            "axisLabel": {"show": False},
            "splitLine": {"show": False},
        },
        "yAxis": names_axis(names),
        "series": [part | {"stack": "sum"} for part in (below, *shown)],
    }


def _name(step: Step, lang: Lang) -> str:
    if step.kind == "lent":
        return say(LENT[step.codes[0]], lang)
    if step.kind == "taught":
        return say(TAUGHT, lang)
    if step.kind == "rest":
        return say(REST, lang)
    flags = all_flags()
    if len(step.codes) == 1:
        return f"{step.codes[0]} {say(flags[step.codes[0]].name, lang)}"
    return f"{step.codes[0]} {say(flags[step.codes[0]].name, lang)} + {', '.join(step.codes[1:])}"


def _times(adds: float) -> str:
    """A power of ten as a factor: × 34, or ÷ 2.1."""
    factor = 10 ** abs(adds)
    return f"{'×' if adds >= 0 else '÷'} {factor:,.0f}" if factor >= 10 else f"{'×' if adds >= 0 else '÷'} {factor:.1f}"


def _place(probability: float) -> float:
    return log10(probability / (1 - probability))


def _percent(log_odds: float) -> str:
    """Odds as a probability in percent, with as many digits as tell it from 0 and 1."""
    odds = 10.0**log_odds
    percent = 100 * odds / (1 + odds)
    for digits in range(6):
        shown = f"{percent:.{digits}f}"
        if float(shown) not in {0.0, 100.0} and abs(float(shown) - percent) <= 0.05 * min(percent, 100 - percent):
            return f"{shown} %"
    return f"{percent:.2g} %" if percent < 50 else "> 99.9999 %"
