"""A flag in words, out of nothing but its declaration: what it looks at, from when on it fires, what may explain it.

The page of all flags (`detection/page.py`) and `inturn flags --explain` say the same.
"""

from dataclasses import dataclass

import numpy as np

from detection.flag import Flag, Innocent, Words
from detection.weighing import Finding, weight

FAMILY_WORDS = {
    "order": Words("次序", "order"),
    "records": Words("记录", "records"),
    "priority": Words("优先", "priority"),
    "booking": Words("预约", "booking"),
    "links": Words("关联", "links"),
}
SIDE_WORDS = {"benefit": Words("得益", "benefit"), "channel": Words("途径", "channel")}
CHECKED = {True: Words("已核", "checked"), False: Words("未核", "not checked")}


@dataclass(frozen=True)
class Fact:
    """One thing that a flag says of itself, under its label."""

    label: Words
    said: Words


def title(flag: Flag) -> Words:
    """Its name, with family and side."""
    family, side = FAMILY_WORDS[flag.family], SIDE_WORDS[flag.side]
    return Words(f"{flag.name.zh}（{family.zh}，{side.zh}）", f"{flag.name.en} ({family.en}, {side.en})")


def facts(flag: Flag) -> list[Fact]:
    """All that it declares, besides its name and why it is one; nothing of what it has none of."""
    share = f"{flag.rare:.2%}"
    families = [FAMILY_WORDS[family] for family in flag.beside]
    told = [
        Fact(Words("值", "value"), Words(flag.meaning.zh, " ".join(flag.meaning.en.split()))),
        Fact(Words("阈值", "fires"), _threshold(flag)),
        Fact(Words("前提", "exposure"), flag.exposure),
        Fact(
            Words("无辜者中", "among innocent bookings"),
            Words(f"{share}。{flag.rarity.zh}", f"{share}: {flag.rarity.en}"),
        ),
        Fact(Words("佐证", "stands beside"), _listed(families)),
        Fact(Words("p 值", "p-value"), _p(flag)),
        Fact(Words("所需特征", "features"), _code(flag.needs)),
        Fact(Words("所需字段", "columns"), _code(flag.columns)),
        Fact(Words("来源", "source"), Words(flag.source, flag.source)),
        Fact(Words("示例", "worked case"), _worked(flag)),
        *map(_explanation, flag.innocent),
    ]
    return [fact for fact in told if fact.said.en]


def _threshold(flag: Flag) -> Words:
    sign = "≥" if flag.at_most is None else "≤"
    said = f"{sign} {flag.threshold:g}"
    return Words(f"{said}（{flag.unit.zh}，含该值）", f"{said} ({flag.unit.en}; that value included)")


def _p(flag: Flag) -> Words:
    if flag.p and flag.stratum:
        return Words(f"`{flag.p}`，对照：{flag.stratum.zh}", f"`{flag.p}`, against {flag.stratum.en}")
    return Words("在本中心以往清白预约中的位置", "place among earlier innocent bookings of the centre")


def _worked(flag: Flag) -> Words:
    """A booking at the threshold, one a step short of it, and one of which nothing is known."""
    at, short, odds = flag.threshold, _short_of(flag), f"{_odds(flag):.3g}"
    zh, en = flag.unit.zh, flag.unit.en
    if flag.is_hypothesis or flag.beside:
        counts = Words(
            f"在中心尚无历史时使可能性变为 {odds} 倍",
            f"and where its centre has shown nothing yet multiplies the odds by {odds}",
        )
    else:
        counts = Words("只作提示，不计权重", "is only shown, and weighs nothing")
    return Words(
        f"{at:g}（{zh}）触发，{counts.zh}；{short:g} 不触发；值为空则未评估",
        f"{at:g} ({en}) fires, {counts.en}; {short:g} passes; null is not assessed",
    )


def _short_of(flag: Flag) -> float:
    """The next value at which it does not fire: one off a whole threshold, a tenth off a share."""
    step = 1.0 if flag.threshold.is_integer() else 0.1
    return flag.threshold + (step if flag.at_most is not None else -step)


def _odds(flag: Flag) -> float:
    """What it weighs at its threshold, with no other share to go by than its own."""
    rare = np.array([flag.rare])
    return float(weight(flag, Finding(np.array([True]), np.array([True]), rare, rare))[0])


def _explanation(innocent: Innocent) -> Fact:
    checked = CHECKED[innocent.checked]
    return Fact(Words(f"合法解释（{checked.zh}）", f"lawful ({checked.en})"), innocent.explanation)


def _listed(words: list[Words]) -> Words:
    return Words("、".join(word.zh for word in words), ", ".join(word.en for word in words))


def _code(names: tuple[str, ...]) -> Words:
    said = ", ".join(f"`{name}`" for name in names)
    return Words(said, said)
