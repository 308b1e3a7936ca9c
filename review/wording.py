"""Words in the reader's language, and text from logs made fit to be shown."""

import unicodedata
from typing import Literal

from detection.flag import Words

Lang = Literal["zh", "en"]

#: characters of a name from a log that a label shows; the contract's own names are shorter
LONGEST = 40

NOT_ASSESSED = Words("未评估", "not assessed")


def language(code: str) -> Lang:
    """The language of a browser's or framework's code, such as `zh-hans`; English for any but Chinese."""
    return "zh" if code.lower().startswith("zh") else "en"


def say(words: Words, lang: Lang, **blanks: object) -> str:
    """The words in this language, their blanks filled in."""
    said = words.zh if lang == "zh" else words.en
    return said.format(**blanks) if blanks else said


def plain(text: object, longest: int = LONGEST) -> str:
    """Text from a log as one line that says nothing but itself: no control characters, no braces, not too long.

    Braces are what a chart's labels read as a placeholder or a style; they become full-width ones.
    """
    shown = "".join(" " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in str(text))
    shown = shown.replace("{", "｛").replace("}", "｝").strip()
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def listed(names: list[str], lang: Lang) -> str:
    """Several names in a row."""
    return ("、" if lang == "zh" else ", ").join(names)
