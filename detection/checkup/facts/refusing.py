"""Demand that found no slot."""

import pandas as pd

from detection.checkup.facts.span import Span

#: a citizen who asks so often, on more than one day, tries again and again
OFTEN = 3


def refusals(span: Span) -> pd.DataFrame:
    """Per centre, day and item (null: not said): attempts that found no slot, and identified citizens among them."""
    return span.frame(
        f"""SELECT centre_id, service_day, service_code, count(*) AS attempts, count(DISTINCT applicant_id) AS seekers
        FROM {span.table("refusals")} GROUP BY ALL ORDER BY ALL"""
    )


def seekers(span: Span) -> pd.DataFrame:
    """Per centre: identified citizens who found no slot, and those of them who tried `OFTEN` times on several days."""
    return span.frame(
        f"""SELECT centre_id, count(*) AS seekers, count_if(attempts >= {OFTEN} AND days > 1) AS again_and_again
        FROM (SELECT centre_id, applicant_id, count(*) AS attempts, count(DISTINCT attempted_at::DATE) AS days
            FROM {span.table("refusals")} WHERE applicant_id IS NOT NULL GROUP BY ALL) GROUP BY ALL ORDER BY ALL"""
    )
