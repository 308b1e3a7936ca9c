"""The check-ups as one page that needs nothing else: no script, no network; it prints on A4."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detection.checkup.centre import Checkup
from detection.checkup.report.plots import by_day, complaints, occupation, ranking, sell_out
from detection.checkup.telling import PARTS, told
from detection.checkup.wording import VERDICTS, number, percent
from detection.drawing import svg

#: centres that are told in full on one page; the others stand in the ranking, and can be asked for by name
IN_FULL = 20
#: centres that the picture of the ranking shows
IN_PICTURE = 60


def page(found: Sequence[Checkup], centre: str | None = None) -> str:
    """The page as HTML, Chinese and English beside each other; whatever comes from data is escaped.

    `centre`: only this one in full. Else the withheld ones are told in full, or, where there is none, those that let in
    least.
    """
    ordered = ranked(found)
    chosen = [one for one in ordered if one.centre_id == centre] if centre else _worth_telling(ordered)
    environment = Environment(
        loader=PackageLoader("detection.checkup", "report"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"number": number, "percent": percent}
    shown = ordered[:IN_PICTURE]
    return environment.get_template("page.html.j2").render(
        found=ordered,
        # drawn by matplotlib, which escapes the names in them
        ranking=Markup(svg(ranking, shown, len(shown))) if shown and len(found) > 1 else None,  # noqa: S704
        chosen=[(one, told(one), _pictures(one, place)) for place, one in enumerate(chosen)],
        parts=PARTS,
        verdicts=VERDICTS,
        first=found[0].from_day,
        last=found[0].to_day,
    )


def ranked(found: Sequence[Checkup]) -> list[Checkup]:
    """Withheld ones first, then by the share let in, the smallest first; those not assessed last."""
    order = {"withheld": 0, "adequate": 1, "not_assessed": 2}
    return sorted(found, key=lambda one: (order[one.verdict], one.balance.share if one.balance else 0.0, one.centre_id))


def _worth_telling(ordered: list[Checkup]) -> list[Checkup]:
    withheld = [one for one in ordered if one.verdict == "withheld"]
    return (withheld or ordered)[:IN_FULL]


def _pictures(one: Checkup, place: int) -> list[tuple[str, Markup]]:
    drawn = [("放号与能力 released and capacity", by_day, 0)] if len(one.days) else []
    if len(one.occupation):
        drawn.append(("窗口占用 windows taken", occupation, len(one.occupation)))
    if len(one.releases):
        drawn.append(("约满用时 time until sold out (×: slots left)", sell_out, 0))
    if len(one.received):
        drawn.append(("投诉 complaints (○: 未答复 unanswered)", complaints, 0))
    return [(title, Markup(svg(draw, one, names, f"c{place}"))) for title, draw, names in drawn]  # noqa: S704
