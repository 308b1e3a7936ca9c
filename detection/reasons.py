"""Why a booking is where it is: the flags that fired, strongest first, as the JSON text of `scores.reasons`."""

from data.engine import literal
from detection.flag import Flag, Words, all_flags

#: `{expected}` where nothing shows what is usual: a booking that is alone in its night
UNKNOWN = Words("未知", "an unknown number")


def reasons_sql() -> str:
    """SQL over a row of `findings`: a JSON list of {flag, value, expected, text, text_zh}; `[]` where no flag fired.

    `text` is the English sentence, `text_zh` the Chinese one.
    """
    fired = ", ".join(_reason(flag) for flag in all_flags().values())
    listed = f"list_sort(list_filter([{fired}], r -> r IS NOT NULL))"
    return f"CAST(to_json(list_transform({listed}, r -> r.reason)) AS VARCHAR)"


def _reason(flag: Flag) -> str:
    """A struct that sorts by p-value, or null where the flag did not fire."""
    value, expected = (f'"{flag.code}_{part}"' for part in ("value", "expected"))
    return f"""CASE WHEN "{flag.code}_fired" THEN struct_pack(p := "{flag.code}_p", reason := struct_pack(
        flag := {literal(flag.code)}, value := {value}, expected := round({expected}, 4),
        text := {_said(flag, flag.text.en, UNKNOWN.en)}, text_zh := {_said(flag, flag.text.zh, UNKNOWN.zh)})) END"""


def _said(flag: Flag, text: str, unknown: str) -> str:
    value, expected = (f'"{flag.code}_{part}"' for part in ("value", "expected"))
    said = literal(text.replace("{value}", "{0:.6g}").replace("{expected}", "{1}"))
    return f"format({said}, {value}, coalesce(format('{{:.2g}}', {expected}), {literal(unknown)}))"
