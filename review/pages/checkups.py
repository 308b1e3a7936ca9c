"""The centres' check-up, as the lake has it: could a centre serve more people than it lets book."""

import json
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from data.engine import engine
from data.lake import Lake
from review.access import sees_centre
from review.home import home
from review.pages.asking import Asked, page
from review.roles import May

#: check-ups shown: the latest of each centre
MOST = 500


@page(May.SEE_FIGURES)
def checkups(request: Asked) -> HttpResponseBase:
    """The latest check-up of each centre that this person may see; what could not be assessed says so."""
    rows = [row for row in _latest() if sees_centre(request.user, row["centre_id"])]
    return render(request, "review/checkups.html", {"checkups": rows})


def _latest() -> list[dict[str, Any]]:
    lake = Lake.of(home())
    with engine(home()) as connection:
        found = connection.execute(
            f"""FROM {lake.sql("checkups")} QUALIFY row_number() OVER
                (PARTITION BY centre_id ORDER BY to_day DESC, from_day DESC) = 1
                ORDER BY released_share NULLS LAST, centre_id LIMIT {MOST}"""
        ).to_arrow_table()
    return [row | {"findings": _findings(row["findings"])} for row in found.to_pylist()]


def _findings(text: str | None) -> list[Any]:
    """What was found and what was not assessed, each in words (detection/checkup/telling.py)."""
    told = json.loads(text or "{}")
    # why there is no verdict is the first of the findings
    return [*told.get("findings", []), *(part for part in told.get("not_assessed", []) if part["part"] != "verdict")]
