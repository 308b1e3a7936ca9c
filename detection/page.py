"""The page `docs/flags.md`, made from the declarations of the flags.

python -m detection.page > docs/flags.md
"""

import sys

from detection.explaining import Fact, facts, title
from detection.flag import Flag, Words, all_flags

HEAD = """\
<!-- Made by `make docs` from detection/flags/. Change that, not this page. -->

# Flags

What makes a booking worth a look, in Chinese and English, and what may lawfully explain it. A flag is a reason to look,
not a finding of guilt. This page is generated from the declarations in `detection/flags/`; thresholds are inclusive, a
null value is *not assessed*. `inturn flags --explain Q101` prints one of them. Each flag has a table of worked cases in
`tests/flags/`.

A flag that fires on more bookings than it states here *of innocent ones* warns about itself
([operations](operations.md#a-flag-that-fires-too-often)).
"""


def page() -> str:
    """The whole page as Markdown."""
    flags = all_flags()
    contents = "\n".join(f"- [{code}](#{code.lower()}) {_both(flag.name)}" for code, flag in flags.items())
    return "\n".join([HEAD, contents, "", *map(_section, flags.values())]).rstrip() + "\n"


def _section(flag: Flag) -> str:
    head = f"**{_both(title(flag))}**\n\n{flag.why.zh}\n\n{flag.why.en}"
    return f"## {flag.code}\n\n{head}\n\n" + "\n".join(map(_line, facts(flag))) + "\n"


def _line(fact: Fact) -> str:
    return f"- {_both(fact.label)}: {_both(fact.said)}"


def _both(words: Words) -> str:
    """In Chinese and English; once, where both are the same."""
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"


if __name__ == "__main__":
    sys.stdout.write(page())
