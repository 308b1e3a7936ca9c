"""Filters that put values into words of the page's language."""

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as said

from detection.reasons import LENDERS
from review.models import Case

register = template.Library()

CHANNELS = {"online": said("online"), "phone": said("by phone"), "onsite": said("on site"), "staff": said("by staff")}
CHECKUPS = {"adequate": said("adequate"), "withheld": said("withheld"), "not_assessed": said("not assessed")}
PLACES = {
    "centre": (said("Centre"), said("Centres")),
    "clerk": (said("Clerk"), said("Clerks")),
    "agent": (said("Agent"), said("Agents")),
}
THINGS = {
    "case": said("case"),
    "person": said("person"),
    "night": said("night"),
    "log": said("audit log"),
    "centre": said("centre"),
    "clerk": said("clerk"),
    "agent": said("agent"),
    "identity": said("identity"),
}
ACTIONS = {
    "view": said("saw"),
    "list": said("saw the list"),
    "download": said("downloaded a file"),
    "export": said("exported"),
    "reveal": said("revealed an identity"),
    "take": said("took the case"),
    "give_back": said("gave the case back"),
    "assign": said("gave the case to somebody"),
    "decide": said("decided"),
    "confirm": said("confirmed"),
    "refuse": said("did not confirm"),
    "undo": said("took a verdict back"),
    "comment": said("commented"),
    "snooze": said("put the case off"),
    "wake": said("took the case up again"),
    "attach": said("attached a file"),
    "publish": said("a night was published"),
    "reopen": said("new evidence opened the case again"),
    "add_person": said("let a person in"),
    "change_person": said("changed a person's role or centres"),
    "add_conflict": said("added a conflict"),
    "end_conflict": said("ended a conflict"),
    "new_link": said("gave a new set-up link"),
    "choose_password": said("chose a password"),
    "log_in": said("logged in"),
    "log_out": said("logged out"),
}


@register.filter
def words(both: Any) -> str:
    """Of a pair of texts, `zh` and `en`, the page's."""
    return str(both.get("zh" if _chinese() else "en", "")) if isinstance(both, dict) else str(both or "")


@register.filter
def told(reason: Any) -> str:
    """A reason or a finding in the page's language."""
    if not isinstance(reason, dict):
        return str(reason)
    text = reason.get("text_zh" if _chinese() else "text") or words(reason) or reason.get("text") or ""
    return f"{reason['flag']} {text}" if reason.get("flag") not in {None, *LENDERS} else str(text)


@register.filter
def reason(case: Case) -> str:
    """The line that says why a case is one."""
    return case.reason_zh if _chinese() else case.reason_en


@register.filter
def age(opened_on: date) -> str:
    """Days since then."""
    days = (timezone.localdate() - opened_on).days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@register.filter
def clock(moment: str | None) -> str:
    """The time of day, in the home's zone, of a time in ISO 8601; a dash where there is none."""
    return f"{timezone.localtime(datetime.fromisoformat(moment)):%H:%M:%S}" if moment else "–"


@register.filter
def channel(word: str | None) -> str | Promise:
    """How a booking was made."""
    return CHANNELS.get(word or "", word or "–")


@register.filter
def checkup(word: str) -> str | Promise:
    """What a check-up found."""
    return CHECKUPS.get(word, word)


@register.filter
def place(kind: str) -> str | Promise:
    """One centre, clerk or agent."""
    return PLACES[kind][0]


@register.filter
def places(kind: str) -> str | Promise:
    """Several of them."""
    return PLACES[kind][1]


@register.filter
def thing(kind: str) -> str | Promise:
    """What an entry of the log is about."""
    return THINGS.get(kind, kind)


@register.filter
def action(name: str) -> str | Promise:
    """What somebody did."""
    return ACTIONS.get(name, name)


@register.filter
def known(value: float | None) -> str:
    """A figure; what is unknown was not assessed."""
    return _("not assessed") if value is None else f"{value:,.0f}"


@register.filter
def percent(share: float) -> str:
    """A share in percent."""
    return f"{share:.0%}"


@register.filter
def plain(value: object) -> str:
    """What was kept in the log, as it is kept."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)


@register.filter
def of(found: dict[Any, Any], key: Any) -> Any:
    """The value of a key."""
    return found.get(key)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
