"""What a picture is, how one is declared, and the registry that finds every declared one.

A picture is an option of Apache ECharts: plain values, no functions and no HTML. What comes from a log stands in it as
text (`review.wording.plain`), and tips are drawn on the canvas (`richText`), so that nothing of it is ever read as
markup.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import review.pictures.shown
from data.home import Home
from detection.flag import Words
from review.pictures.bars import on_phones
from review.pictures.evidence import Evidence, Key, evidence_of, evidence_of_booking
from review.wording import Lang, language, listed, say

Option = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """What a picture's function gives: the option, or None and in `notes` why there is none.

    `alt`: what the picture shows, in words; `notes`: what it leaves out, one sentence each; `height`: px at any width.
    """

    option: Option | None
    alt: str
    notes: tuple[str, ...] = ()
    height: int = 320


@dataclass(frozen=True)
class Picture:
    """One picture of a case, in one language: `title`, `about` (how to read it), and what was `Drawn`."""

    name: str
    title: str
    about: str
    alt: str
    option: Option | None
    notes: tuple[str, ...] = ()
    height: int = 320


Function = Callable[[Evidence, Lang], Drawn]


@dataclass(frozen=True)
class _Declared:
    name: str
    place: int
    title: Words
    about: Words
    draw: Function


_DECLARED: dict[str, _Declared] = {}

NOTHING_SEALED = Words("本案没有封存的证据，故未评估。", "Nothing is sealed of this case: not assessed.")
ALTERED = Words(
    "下列日期的证据缺失或与封存码不符，图中不含：{days}。",
    "Evidence that is lost or does not fit its seal is not shown: {days}.",
)


def picture(*, place: int, title: Words, about: Words) -> Callable[[Function], Function]:
    """Declare a picture, named by its function; `place` orders them."""

    def declare(function: Function) -> Function:
        _DECLARED[function.__name__] = _Declared(function.__name__, place, title, about, function)
        return function

    return declare


@cache
def all_pictures() -> tuple[_Declared, ...]:
    """Every declared picture in its place."""
    for module in pkgutil.iter_modules(review.pictures.shown.__path__):
        importlib.import_module(f"review.pictures.shown.{module.name}")
    return tuple(sorted(_DECLARED.values(), key=lambda declared: declared.place))


def pictures(home: Home, case_id: str, lang: str, booking: Key | None = None) -> dict[str, Picture]:
    """The pictures of a case by name, in order; `booking` (centre, booking) is which one to show of its bookings.

    Read are the case's sealed folders and the lake's partitions of its days. `UserError` where there is no such case.
    """
    with evidence_of(home, case_id, booking) as evidence:
        return drawn(evidence, language(lang))


def pictures_of_booking(home: Home, day: date, booking: Key, lang: str) -> dict[str, Picture]:
    """The same of one booking that belongs to no case, as one drawn at random; from the lake, as it is now."""
    with evidence_of_booking(home, day, booking) as evidence:
        return drawn(evidence, language(lang))


def drawn(evidence: Evidence, lang: Lang) -> dict[str, Picture]:
    """Every picture of what is known."""
    return {declared.name: _one(declared, evidence, lang) for declared in all_pictures()}


def _one(declared: _Declared, evidence: Evidence, lang: Lang) -> Picture:
    if evidence.nights or evidence.cut:
        found = declared.draw(evidence, lang)
    else:
        found = Drawn(None, say(NOTHING_SEALED, lang), (say(NOTHING_SEALED, lang),))
    notes = found.notes
    if evidence.altered:
        notes = (*notes, say(ALTERED, lang, days=listed(evidence.altered, lang)))
    title, option = say(declared.title, lang), found.option
    if option is not None:
        option = {
            "aria": {"enabled": True, "label": {"description": found.alt}},
            "animation": False,
            "backgroundColor": "transparent",
            **on_phones(option),
        }
    return Picture(declared.name, title, say(declared.about, lang), found.alt, option, notes, found.height)
