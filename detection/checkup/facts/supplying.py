"""What was released, who took it, who came, and how soon it was gone."""

import pandas as pd

from detection.checkup.facts.span import Span

#: a booking holds a unit of the quota where it names it or has an hour; the others walked in
HOLDS = "(slot_id IS NOT NULL OR slot_start IS NOT NULL)"
#: somebody came who took a ticket, was called, or was served
CAME = "(checked_in_at IS NOT NULL OR called_at IS NOT NULL OR status = 'served')"


def bookings(span: Span) -> pd.DataFrame:
    """Per centre, day and item: bookings, those `served`, units of the quota that were `taken` and those whose holder
    came (`kept`), and people who came without one (`walk_ins`), not counting those sent back for a paper.

    `early`: tickets taken on the day before the first call of the day, by people without an hour.
    """
    return span.frame(
        f"""SELECT centre_id, service_day, service_code, count(*) AS bookings, count_if(status = 'served') AS served,
            count(DISTINCT slot_id) + count_if(slot_id IS NULL AND slot_start IS NOT NULL AND status <> 'cancelled')
                AS taken,
            count_if({HOLDS} AND {CAME}) AS kept,
            count_if(NOT {HOLDS} AND {CAME} AND priority_class IS DISTINCT FROM 'returning') AS walk_ins,
            count_if(slot_start IS NULL AND checked_in_at < first_call) AS early
        FROM (SELECT *, min(called_at) OVER (PARTITION BY centre_id, service_day) AS first_call
            FROM {span.table("bookings")}) GROUP BY ALL ORDER BY ALL"""
    )


def quotas(span: Span) -> pd.DataFrame:
    """Per centre, day and item (null: all items together): slots `released`."""
    return span.frame(
        f"""SELECT centre_id, service_day, service_code, sum(released_slots)::BIGINT AS released
        FROM {span.table("quotas")} GROUP BY ALL ORDER BY ALL"""
    )


def sold_out(span: Span) -> pd.DataFrame:
    """Per release of slots with a time: seconds until the last of its units was booked; null: some were left.

    Units are thought to be taken in the order of the bookings, the first release first.
    """
    return span.frame(
        f"""WITH releases AS (
            SELECT *, sum(units) OVER (PARTITION BY centre_id, service_day, item ORDER BY released_at) AS up_to
            FROM (SELECT centre_id, service_day, coalesce(service_code, '') AS item, released_at,
                    sum(released_slots)::BIGINT AS units
                FROM {span.table("quotas")} WHERE released_at IS NOT NULL AND released_slots > 0 GROUP BY ALL)),
        together AS (SELECT DISTINCT centre_id, service_day FROM releases WHERE item = ''),
        taken AS (
            SELECT centre_id, service_day, item, created_at,
                row_number() OVER (PARTITION BY centre_id, service_day, item ORDER BY created_at) AS place
            FROM (SELECT b.*, CASE WHEN t.centre_id IS NULL THEN b.service_code ELSE '' END AS item
                FROM {span.table("bookings")} b LEFT JOIN together t USING (centre_id, service_day) WHERE {HOLDS}))
        SELECT r.centre_id, r.service_day, nullif(r.item, '') AS service_code, r.released_at, r.units,
            greatest(epoch(t.created_at) - epoch(r.released_at), 0) AS seconds
        FROM releases r LEFT JOIN taken t
        ON t.centre_id = r.centre_id AND t.service_day = r.service_day AND t.item = r.item AND t.place = r.up_to
        ORDER BY ALL"""
    )
