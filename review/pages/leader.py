"""The leader's view."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from detection.flag import all_flags
from review import figures
from review.models import PublishedNight
from review.models.cases import STATES
from review.models.decisions import VERDICTS
from review.pages.asking import Asked, page
from review.roles import May


@page(May.SEE_FIGURES)
def leader(request: Asked) -> HttpResponseBase:
    """Cases by outcome, how often flags were right, how old what is open is, and what the audit says was missed."""
    flags = all_flags()
    chinese = (get_language() or "").startswith("zh")
    states, verdicts = figures.by_state(), figures.by_verdict()
    context = {
        "states": [(said, states.get(name, 0)) for name, said in STATES.items()],
        "verdicts": [(said, verdicts.get(name, 0)) for name, said in VERDICTS.items()],
        "ages": figures.open_by_age(),
        "precision": [
            (row, flags[row.flag].name.zh if chinese else flags[row.flag].name.en)
            for row in figures.precision()
            if row.flag in flags
        ],
        "missed": figures.missed(),
        "latest": PublishedNight.objects.first(),
    }
    return render(request, "review/leader.html", context)
