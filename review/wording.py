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


def one_line(text: object, longest: int) -> str:
    """Text from a log as one line without control characters; what is cut off shows."""
    shown = "".join(" " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in str(text)).strip()
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def plain(text: object, longest: int = LONGEST) -> str:
    """Such a line as a chart's label: its braces are full-width, since labels read them as placeholders or styles."""
    return one_line(text, longest).replace("{", "｛").replace("}", "｝")


def listed(names: list[str], lang: Lang) -> str:
    """Several names in a row."""
    return ("、" if lang == "zh" else ", ").join(names)
