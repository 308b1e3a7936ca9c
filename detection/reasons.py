"""Why a booking is where it is: what speaks against it, strongest first, as the JSON text of `scores.reasons`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.engine import literal
from detection.flag import Flag, Words, all_flags
from detection.suspicion import Suspicion

Reals = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]

#: `{expected}` where nothing shows yet what is usual
UNKNOWN = Words(zh="未知", en="unknown")

#: who lends evidence, and what is said of it; `{value}` is by how much the odds are multiplied
LENDERS = {
    "centre": Words(
        zh="该中心近28天的其他预约使其可能性变为{value}倍",
        en="the centre's other bookings of 28 days multiply the odds by {value}",
    ),
    "clerk": Words(
        zh="同一经办人近28天的其他预约使其可能性变为{value}倍",
        en="the clerk's other bookings of 28 days multiply the odds by {value}",
    ),
    "ring": Words(
        zh="同一团伙近28天的其他预约使其可能性变为{value}倍",
        en="the ring's other bookings of 28 days multiply the odds by {value}",
    ),
}
#: from here on a number in a sentence is whole; below there it only says that it is small
WHOLE_FROM, TINY = 10, 0.001
#: how the columns end that say by how much a flag, or what is lent, multiplies the odds
WEIGHT = "_weight"
#: what is lent is told from here on
LENT_AT_LEAST = 2.0


def is_flag(name: str) -> bool:
    """Whether a reason is a flag that fired; what others lent and what verdicts have taught is none."""
    return name not in LENDERS and not name.startswith(LEARNED)


def flags_sql(reasons: str) -> str:
    """SQL of the list of flags that fired, in the order in which a column of reasons tells them."""
    others = f"name IN ({', '.join(map(literal, LENDERS))}) OR starts_with(name, {literal(LEARNED)})"
    return f"list_filter(coalesce(json_extract_string({reasons}, '$[*].flag'), []), name -> NOT ({others}))"


def weighed(night: pa.Table, suspected: Suspicion, among: Mapping[str, Counts]) -> pa.Table:
    """The night with `<flag>_weight` and `<flag>_among` of each flag, a `<lender>_weight` each for what is lent,
    and for each family of supports what they weigh `<family>_together`; `among`: by flag, over how many innocent
    bookings the expected value of each booking is.
    """
    lead = suspected.lead
    for code, weight in lead.weights.items():
        night = night.append_column(f"{code}{WEIGHT}", pa.array(weight))
        night = night.append_column(f"{code}_among", pa.array(among[code]))
    for lender, lift in lead.lent.items():
        night = night.append_column(f"{lender}{WEIGHT}", pa.array(lift))
    for family, together in lead.families.items():
        night = night.append_column(f"{family}_together", pa.array(together, from_pandas=True))
    return night


#: how the reasons are called that tell what inspectors' verdicts have taught; behind it the model's input
LEARNED = "learned."


@dataclass(frozen=True)
class Taught:
    """What is said of what verdicts have taught: of `one` input, of all the `rest` together, and of the score that is
    `free` of verdicts; blanks: the input, and by how much the odds are multiplied.
    """

    one: str
    rest: str
    free: str


TAUGHT_ENGLISH = Taught(
    one="verdicts on bookings with such a {0} multiply the odds by {1:.2g}",
    rest="all else that verdicts have taught multiplies the odds by {1:.2g}",
    free="verdicts on bookings that the flags weigh alike multiply the odds by {1:.2g}",
)
TAUGHT_CHINESE = Taught(
    one="已核查的同类预约（{0}）使其可能性变为{1:.2g}倍",
    rest="其余核查结论使其可能性变为{1:.2g}倍",
    free="红旗权重相近的已核查预约使其可能性变为{1:.2g}倍",
)
#: the model's input that is the score without a model, and what is not told by itself
LABEL_FREE, REST = "label_free", "rest"


def reasons_sql(first: date, last: date) -> str:
    """SQL over a row that `weighed` gives, with a list `taught` (`taught_sql`).

    A JSON list of {flag, value, expected, group, weight, together, text, text_zh}.

    The flags that fired, what was lent and what verdicts have taught, by weight: by how much each multiplies the odds.
    `[]` where nothing did.
    `group`: which bookings the expected value is over, {centre_id, from, to, innocent}: so many innocent ones of the
    booking's centre in the nights from `first` to `last`; null for what was lent or taught. `together`: what a support
    and those of its family weigh together; null for what is no support.
    """
    told = [
        *(_fired(flag, first, last) for flag in all_flags().values()),
        *(_lent(*lender) for lender in LENDERS.items()),
    ]
    listed = f"list_sort(list_filter(list_concat([{', '.join(told)}], taught), r -> r IS NOT NULL))"
    return f"CAST(to_json(list_transform({listed}, r -> r.reason)) AS VARCHAR)"


def number(value: float) -> str:
    """A value as sentences have it: whole from ten on, two digits below; tiny ones as a bound."""
    if abs(value) >= WHOLE_FROM:
        return f"{value:,.0f}"
    if value and abs(value) < TINY:
        return f"< {TINY}" if value > 0 else f"> -{TINY}"
    return f"{value:.2g}"


def number_sql(value: str) -> str:
    """The same of an SQL expression; null in, null out."""
    return f"""CASE WHEN {value} IS NULL THEN NULL WHEN abs({value}) >= {WHOLE_FROM} THEN format('{{:,.0f}}', {value})
        WHEN {value} > 0 AND {value} < {TINY} THEN '< {TINY}' WHEN {value} < 0 AND {value} > -{TINY} THEN '> -{TINY}'
        ELSE format('{{:.2g}}', {value}) END"""


def group_in_words(flag: Flag, group: Mapping[str, Any]) -> Words:
    """A reason's comparison group as a sentence, with what the flag's own p-value is against where it has one."""
    if group["innocent"]:
        number, where = f"{group['innocent']:,}", f"{group['centre_id']}"
        zh = f"期望值取自 {where} 于 {group['from']} 至 {group['to']} 的 {number} 笔清白预约"
        en = f"expected: the mean of {number} innocent bookings of {where}, nights of {group['from']} to {group['to']}"
    else:
        zh, en = "该中心尚无可比的以往预约", "expected: nothing known yet of earlier bookings of the centre"
    if flag.stratum:
        zh, en = f"{zh}；p 值对照：{flag.stratum.zh}", f"{en}; p-value: against {flag.stratum.en}"
    return Words(zh, en)


#: the type of a reason's comparison group
GROUP = 'STRUCT(centre_id VARCHAR, "from" VARCHAR, "to" VARCHAR, innocent BIGINT)'


def taught_sql() -> str:
    """SQL over rows {place, input, value, odds} of a table `added`: for each place the list `taught`."""
    english, chinese = (
        f"format(CASE input WHEN {literal(LABEL_FREE)} THEN {literal(taught.free)} WHEN {literal(REST)} "
        f"THEN {literal(taught.rest)} ELSE {literal(taught.one)} END, input, exp(odds))"
        for taught in (TAUGHT_ENGLISH, TAUGHT_CHINESE)
    )
    name, weight = f"{literal(LEARNED)} || input", "round(exp(odds), 4)"
    reason = f"""struct_pack(o := -exp(odds), n := {name}, reason := struct_pack(flag := {name}, value := value,
        expected := CAST(NULL AS DOUBLE), "group" := CAST(NULL AS {GROUP}),
        weight := {weight}, together := CAST(NULL AS DOUBLE), text := {english}, text_zh := {chinese}))"""
    return f"SELECT place, list({reason} ORDER BY odds DESC, input) AS taught FROM added GROUP BY place"


def _fired(flag: Flag, first: date, last: date) -> str:
    """A struct that sorts by weight, or null where the flag did not fire."""
    value, expected, weight = (f'"{flag.code}_{part}"' for part in ("value", "expected", "weight"))
    text, chinese = (
        f"format({literal(_blanks(said))}, {number_sql(value)}, coalesce({number_sql(expected)}, {literal(unknown)}))"
        for said, unknown in ((flag.text.en, UNKNOWN.en), (flag.text.zh, UNKNOWN.zh))
    )
    group = f"""struct_pack(centre_id := centre_id, "from" := '{first}', "to" := '{last}',
        innocent := CAST("{flag.code}_among" AS BIGINT))"""
    usual = f"round({expected}, 4)", group
    weights = weight, f"round({flag.family}_together, 4)" if flag.beside else "CAST(NULL AS DOUBLE)"
    return _struct(f'"{flag.code}_fired"', flag.code, value, usual, weights, (text, chinese))


def _lent(lender: str, said: Words) -> str:
    weight = f'"{lender}{WEIGHT}"'
    text, chinese = (f"format({literal(_blanks(words))}, {number_sql(weight)})" for words in (said.en, said.zh))
    told = f"{weight} >= {LENT_AT_LEAST}"
    nobody = "CAST(NULL AS DOUBLE)", "NULL"
    return _struct(told, lender, f"round({weight}, 2)", nobody, (weight, "CAST(NULL AS DOUBLE)"), (text, chinese))


def _struct(
    told: str, name: str, value: str, usual: tuple[str, str], weights: tuple[str, str], texts: tuple[str, str]
) -> str:
    (expected, group), (weight, together), (text, chinese) = usual, weights, texts
    return f"""CASE WHEN {told} THEN struct_pack(o := -{weight}, n := {literal(name)}, reason := struct_pack(
        flag := {literal(name)}, value := {value}, expected := {expected}, "group" := {group},
        weight := round({weight}, 2), together := {together}, text := {text}, text_zh := {chinese})) END"""


def _blanks(said: str) -> str:
    return said.replace("{value}", "{0}").replace("{expected}", "{1}")
