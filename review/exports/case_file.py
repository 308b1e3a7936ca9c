"""A case as a PDF: what it amounts to, its flags and what would explain them, bookings, pictures, evidence and seal.

Typst sets it (`case.typ`); every text goes there as data and is set as text, so that none is read as markup.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst

from data.home import Home
from detection.evidence.sealing import read
from detection.evidence.telling import KINDS
from detection.explaining import CHECKED
from detection.reasons import is_flag
from review.exports import words as w
from review.exports.drawing import svg_of
from review.exports.fonts import FAMILY, folder
from review.pictures.evidence import Evidence, Key, Row, evidence_of, evidence_of_booking
from review.pictures.picture import Picture, drawn
from review.wording import NOT_ASSESSED, Lang, language, listed, one_line, say

TEMPLATE = Path(__file__).parent / "case.typ"
#: characters of a text that somebody wrote; the rest is cut, and the cut shows
LONGEST = 600
#: of a name or number
NAME = 120

#: the unit of a flag that is so or is not, which has no threshold to speak of
YES_OR_NO = "0 or 1"
#: a score above this is not printed as 1
HIGHEST = 0.9999
#: what is printed of each booking, in the order of the columns
FIGURES = ("score", "q_value", "people_passed", "minutes_taken")

Json = dict[str, Any]


def case_file(
    home: Home, case_id: str, lang: str, *, made_by: str, history: Sequence[tuple[str, str, str]] = ()
) -> bytes:
    """The case file in one language, A4.

    `made_by`: who has it made; it stands on every page. `history`: when, who and what, in order. `UserError` where
    there is no such case. Evidence that was altered is left out, and the file says so on its first page.
    """
    with evidence_of(home, case_id) as evidence:
        return _printed(evidence, home, case_id, lang, made_by, history)


def case_file_of_booking(
    home: Home,
    day: date,
    booking: Key,
    lang: str,
    *,
    name: str,
    made_by: str,
    history: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """The same of one booking that belongs to no case, as one drawn at random; from the lake, as it is now.

    `name`: what it is called where it is reviewed. `UserError` where it was not scored on that day.
    """
    with evidence_of_booking(home, day, booking) as evidence:
        return _printed(evidence, home, name, lang, made_by, history)


def _printed(
    evidence: Evidence, home: Home, name: str, lang: str, made_by: str, history: Sequence[tuple[str, str, str]]
) -> bytes:
    content = _content(evidence, home, name, language(lang))
    content["pictures"] = [_picture(picture) for picture in drawn(evidence, language(lang)).values()]
    content["history"] = [[one_line(cell, LONGEST) for cell in row] for row in history]
    made = datetime.now(ZoneInfo(home.settings.timezone)).replace(microsecond=0)
    who = one_line(made_by, NAME)
    footer = say(w.FOOTER, language(lang), case=one_line(name, NAME), who=who, when=f"{made:%Y-%m-%d %H:%M}")
    content |= {"author": who, "footer": footer}
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder())])
    return typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts,
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
        format="pdf",
        timestamp=made.astimezone(UTC),
    )


def _content(evidence: Evidence, home: Home, name: str, lang: Lang) -> Json:
    """What the template prints, apart from pictures and history."""
    told = evidence.told
    kind = KINDS[told["kind"]][1 if lang == "zh" else 0] if told else say(NOT_ASSESSED, lang)
    bound_by = listed([one_line(name, NAME) for name in told.get("bound_by", [])], lang)
    warnings = [say(w.ALTERED, lang, days=listed(evidence.altered, lang))] if evidence.altered else []
    if not told:
        warnings.append(say(w.NOTHING_SEALED, lang))
    return {
        "lang": lang,
        "font": FAMILY,
        "title": say(w.TITLE, lang, case=one_line(name, NAME)),
        "subtitle": say(w.SUBTITLE, lang, kind=kind, bound_by=bound_by) if told else "",
        "words": {heading: say(words, lang) for heading, words in w.HEADINGS.items()},
        "page": say(w.PAGE, lang, page="{page}", pages="{pages}"),
        "warnings": warnings,
        "summary": one_line(told["words"][lang], 4_000) if told else "",
        "numbers": _numbers(told.get("numbers", {}), lang),
        "flags": [_flag(flag, lang) for flag in told.get("flags", [])],
        "columns": [say(words, lang) for words in w.COLUMNS],
        "bookings": _bookings(evidence, lang),
        "history_columns": [say(words, lang) for words in w.HISTORY_COLUMNS],
        "facts": _facts(evidence, lang),
        "seal_columns": [say(words, lang) for words in w.SEAL_COLUMNS],
        "seals": [
            [night.day, night.folder.relative_to(home.root).as_posix(), f"{night.seal[:32]} {night.seal[32:]}"]
            for night in evidence.nights
        ],
    }


def _numbers(numbers: Json, lang: Lang) -> list[Json]:
    return [
        {"name": say(words, lang), "value": _figure(name, numbers[name], form, lang)}
        for name, (words, form) in w.NUMBERS.items()
        if name in numbers
    ]


def _flag(flag: Json, lang: Lang) -> Json:
    """A flag as it was sealed, with its lawful explanations and whether it has checked them."""
    at_least, at_most = flag["at_least"], flag["at_most"]
    limit = say(w.AT_LEAST if at_most is None else w.AT_MOST, lang)
    threshold = f"{limit} {at_least if at_most is None else at_most:g} {flag['unit'][lang]}"
    return {
        "name": say(w.FLAG, lang, code=flag["flag"], name=flag["name"][lang], bookings=f"{flag['bookings']:,}"),
        "why": flag["why"][lang],
        "threshold": "" if flag["unit"]["en"] == YES_OR_NO else threshold,
        "lawful": [
            {
                "state": say(CHECKED[one["checked"]], lang),
                "explanation": one["explanation"][lang],
            }
            for one in flag["lawful"]
        ],
    }


def _bookings(evidence: Evidence, lang: Lang) -> list[Json]:
    """Every booking of the case in order, with its reasons in words."""
    scores = evidence.sql("scores")
    if scores is None:
        return []
    features = evidence.sql("features", "people_passed", "minutes_taken")
    rows = evidence.rows(
        f"""SELECT service_day, centre_id, booking_id, score, q_value, people_passed, minutes_taken, reasons
            FROM {scores} LEFT JOIN {features} USING (service_day, centre_id, booking_id)
            ORDER BY service_day, centre_id, booking_id"""
    )
    return [{"cells": _cells(row, lang), "reasons": _reasons(row["reasons"], lang)} for row in rows]


def _cells(row: Row, lang: Lang) -> list[str]:
    named = [str(row["service_day"]), one_line(row["centre_id"], NAME), one_line(row["booking_id"], NAME)]
    figures = (w.NUMBERS[name][1] for name in FIGURES)
    return named + [_figure(name, row[name], form, lang) for name, form in zip(FIGURES, figures, strict=True)]


def _figure(name: str, value: float | None, form: str, lang: Lang) -> str:
    if value is None:
        return say(NOT_ASSESSED, lang)
    return f"> {HIGHEST}" if name == "score" and value > HIGHEST else form.format(value)


def _reasons(reasons: str, lang: Lang) -> str:
    name = "text_zh" if lang == "zh" else "text"
    said = [
        f"{reason['flag'] if is_flag(reason['flag']) else ''} {reason.get(name) or reason['text']}".strip()
        for reason in json.loads(reasons)
    ]
    return one_line(("；" if lang == "zh" else "; ").join(said), 2_000)


def _facts(evidence: Evidence, lang: Lang) -> list[Json]:
    """What the last night was computed with."""
    manifest = read(evidence.nights[-1].folder) if evidence.nights else None
    return [
        {"name": say(words, lang), "value": one_line(manifest[name], NAME)}
        for name, words in w.FACTS.items()
        if manifest and manifest.get(name)
    ]


def _picture(picture: Picture) -> Json:
    svg = svg_of(picture.option, picture.height) if picture.option else None
    return {
        "title": picture.title,
        "about": picture.about,
        "alt": picture.alt,
        "notes": list(picture.notes),
        "svg": svg,
    }
