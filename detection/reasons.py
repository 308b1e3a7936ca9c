"""Why a booking is where it is: the flags that fired, strongest first, as the JSON text of `scores.reasons`."""

from data.engine import literal
from detection.flag import Flag, all_flags

#: `{expected}` where nothing shows what is usual: a booking that is alone in its night
UNKNOWN = "an unknown number"


def reasons_sql() -> str:
    """SQL over a row of `findings`: a JSON list of {flag, value, expected, text}; `[]` where no flag fired."""
    fired = ", ".join(_reason(flag) for flag in all_flags().values())
    listed = f"list_sort(list_filter([{fired}], r -> r IS NOT NULL))"
    return f"CAST(to_json(list_transform({listed}, r -> r.reason)) AS VARCHAR)"


def _reason(flag: Flag) -> str:
    """A struct that sorts by p-value, or null where the flag did not fire."""
    value, expected = (f'"{flag.code}_{part}"' for part in ("value", "expected"))
    said = literal(flag.text.replace("{value}", "{0:.0f}").replace("{expected}", "{1}"))
    usual = f"coalesce(format('{{:.2g}}', {expected}), {literal(UNKNOWN)})"
    return f"""CASE WHEN "{flag.code}_fired" THEN struct_pack(p := "{flag.code}_p", reason := struct_pack(
        flag := {literal(flag.code)}, value := {value}, expected := round({expected}, 4),
        text := format({said}, {value}, {usual}))) END"""
