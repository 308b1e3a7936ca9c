"""The page `docs/flags.md`, made from the declarations of the flags.

python -m detection.page > docs/flags.md
"""

import sys

from detection.flag import Flag, Innocent, all_flags

HEAD = """\
<!-- Made by `make docs` from detection/flags/. Change that, not this page. -->

# Flags

What makes a booking worth a look, in Chinese and English, and what may lawfully explain it. A flag is a reason to look,
not a finding of guilt. This page is generated from the declarations in `detection/flags/`; thresholds are inclusive, a
null value is *not assessed*. Each flag has a table of worked cases in `tests/flags/`.
"""


def page() -> str:
    """The whole page as Markdown."""
    flags = all_flags()
    contents = "\n".join(f"- [{code}](#{code.lower()}) {flag.name.zh} · {flag.name.en}" for code, flag in flags.items())
    return "\n".join([HEAD, contents, "", *map(_section, flags.values())]).rstrip() + "\n"


def _section(flag: Flag) -> str:
    sign = "≥" if flag.at_most is None else "≤"
    lines = [
        f"**{flag.name.zh} · {flag.name.en}** ({flag.family}, {flag.side})",
        flag.why.zh,
        flag.why.en,
        f"- 值 · value: {flag.meaning.zh} {' '.join(flag.meaning.en.split())}",
        f"- 阈值 · fires: {sign} {flag.threshold:g} ({flag.unit.zh} · {flag.unit.en})",
        f"- 前提 · exposure: {flag.exposure.zh} · {flag.exposure.en}",
        f"- 无辜者中 · among innocent bookings: {flag.rare:.2%}. {flag.rarity.zh} · {flag.rarity.en}",
        f"- 佐证 · stands beside: {', '.join(flag.beside) or '–'}",
        f"- p: {f'`{flag.p}`' if flag.p else 'place among earlier innocent bookings of the centre'}",
        f"- 所需字段 · needs: {', '.join(f'`{name}`' for name in flag.columns) or '–'}",
        f"- 来源 · source: {flag.source}",
        *map(_explanation, flag.innocent),
    ]
    body = "\n\n".join(lines[:3]) + "\n\n" + "\n".join(lines[3:])
    return f"## {flag.code}\n\n{body}\n"


def _explanation(innocent: Innocent) -> str:
    checked = "已核 · checked" if innocent.checked else "未核 · not checked"
    return f"- 合法解释 · lawful ({checked}): {innocent.explanation.zh} · {innocent.explanation.en}"


if __name__ == "__main__":
    sys.stdout.write(page())
