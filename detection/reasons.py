"""Why a booking is where it is: what speaks against it, strongest first, as the JSON text of `scores.reasons`."""

import pyarrow as pa

from data.engine import literal
from detection.flag import Flag, Words, all_flags
from detection.suspicion import Suspicion, leading

#: `{expected}` where nothing shows yet what is usual
UNKNOWN = Words(zh="未知", en="an unknown number")

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
#: what is lent is told from here on
LENT_AT_LEAST = 2.0


def weighed(night: pa.Table, suspected: Suspicion) -> pa.Table:
    """The night with a column `<flag>_weight` of each flag, and one `<lender>_weight` each for what is lent."""
    for code, weight in suspected.weights.items():
        night = night.append_column(f"{code}_weight", pa.array(weight))
    lent = leading(suspected)
    for lender in LENDERS:
        night = night.append_column(f"{lender}_weight", pa.array(lent[lender]))
    return night


def reasons_sql() -> str:
    """SQL over a row that `weighed` gives: a JSON list of {flag, value, expected, weight, text, text_zh}.

    The flags that fired and what was lent, by weight: by how much each multiplies the odds. `[]` where nothing did.
    """
    told = [*(_fired(flag) for flag in all_flags().values()), *(_lent(*lender) for lender in LENDERS.items())]
    listed = f"list_sort(list_filter([{', '.join(told)}], r -> r IS NOT NULL))"
    return f"CAST(to_json(list_transform({listed}, r -> r.reason)) AS VARCHAR)"


def _fired(flag: Flag) -> str:
    """A struct that sorts by weight, or null where the flag did not fire."""
    value, expected, weight = (f'"{flag.code}_{part}"' for part in ("value", "expected", "weight"))
    text, chinese = (
        f"format({literal(_blanks(said))}, {value}, coalesce(format('{{:.2g}}', {expected}), {literal(unknown)}))"
        for said, unknown in ((flag.text.en, UNKNOWN.en), (flag.text.zh, UNKNOWN.zh))
    )
    return _struct(f'"{flag.code}_fired"', flag.code, value, f"round({expected}, 4)", weight, text, chinese)


def _lent(lender: str, said: Words) -> str:
    weight = f'"{lender}_weight"'
    text, chinese = (f"format({literal(_blanks(words))}, {weight})" for words in (said.en, said.zh))
    told = f"{weight} >= {LENT_AT_LEAST}"
    return _struct(told, lender, f"round({weight}, 2)", "CAST(NULL AS DOUBLE)", weight, text, chinese)


def _struct(told: str, name: str, value: str, expected: str, weight: str, text: str, chinese: str) -> str:
    return f"""CASE WHEN {told} THEN struct_pack(o := -{weight}, n := {literal(name)}, reason := struct_pack(
        flag := {literal(name)}, value := {value}, expected := {expected}, weight := round({weight}, 2),
        text := {text}, text_zh := {chinese})) END"""


def _blanks(said: str) -> str:
    return said.replace("{value}", "{0:.0f}").replace("{expected}", "{1}")
