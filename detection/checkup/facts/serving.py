"""How long services took, how long it was from one to the next, and how busy each window was."""

import pandas as pd

from detection.checkup.facts.span import Span

#: a service is longer than nothing and shorter than this (s): what is longer was not signed off
LONGEST_S = 4 * 3600
#: from one service to the next while somebody waits (s); what is longer is a pause, or a closed window
LONGEST_GAP_S = 20 * 60
#: clocks of one hall may differ by so much (s), as `clock_skew_s` of the contract
SKEW_S = 60
HALF_HOUR_S = 30 * 60
#: without a roster a pause so long, within these hours, is lunch (s)
LEAST_LUNCH_S = 30 * 60
NOON_S = (10.5 * 3600, 15 * 3600)


def prepare(span: Span) -> None:
    """Make the temporary table `turns`: one row a call to a window, with the seconds of its day.

    People who were served at one window from one call on are one turn. `sound`: it has all times, in their order, and a
    length that a service can have. `follows`: the person was there and entitled as the window's turn before it ended,
    and `gap` seconds later the service began.
    """
    bookings = span.clock(span.table("bookings"))
    span.connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE turns AS
        WITH called AS (
            SELECT centre_id, service_day, window_id, epoch(called_at) - midnight AS called, count(*) AS people,
                any_value(service_code) AS service_code, any_value(clerk_id) AS clerk_id,
                min(epoch(served_from)) - any_value(midnight) AS began,
                max(epoch(served_to)) - any_value(midnight) AS ended,
                min(greatest(epoch(checked_in_at), coalesce(epoch(slot_start), 0))) - any_value(midnight) AS entitled
            FROM {bookings} WHERE status = 'served' AND called_at IS NOT NULL
            GROUP BY centre_id, service_day, window_id, called_at, midnight),
        placed AS (
            SELECT *, window_id IS NOT NULL AND began IS NOT NULL AND ended > began
                AND ended - began <= {LONGEST_S} AS sound,
                lag(ended) OVER at_window AS before
            FROM called WINDOW at_window AS (PARTITION BY centre_id, service_day, window_id ORDER BY called, ended))
        SELECT * EXCLUDE (before), sound AND window_id IS NOT NULL AND entitled <= before
            AND began - before BETWEEN -{SKEW_S} AND {LONGEST_GAP_S} AS follows, began - before AS gap
        FROM placed"""
    )


def services(span: Span) -> pd.DataFrame:
    """Per centre, day, item and clerk: `turns` of one person, and `s`, `ss`, `log_s`: the sums of their lengths (s),
    squares and logarithms."""
    return span.frame(
        """SELECT centre_id, service_day, service_code, clerk_id, count(*) AS turns, sum(ended - began) AS s,
            sum((ended - began) * (ended - began)) AS ss, sum(ln(ended - began)) AS log_s
        FROM turns WHERE sound AND people = 1 GROUP BY ALL ORDER BY ALL"""
    )


def gaps(span: Span) -> pd.DataFrame:
    """Per centre and day: `gaps` from one service to the next while somebody waited, and the sums of their lengths (s)
    and squares: walking up, tidying, calling those who do not come."""
    return span.frame(
        """SELECT centre_id, service_day, count(*) AS gaps, sum(gap) AS s, sum(gap * gap) AS ss
        FROM turns WHERE follows GROUP BY ALL ORDER BY ALL"""
    )


def soundness(span: Span) -> pd.DataFrame:
    """Per centre and day: `calls` that led to service, and how many of them have times that cannot be (`unsound`)."""
    return span.frame(
        """SELECT centre_id, service_day, count(*) AS calls,
            count_if(NOT sound AND window_id IS NOT NULL AND began IS NOT NULL AND ended IS NOT NULL) AS unsound
        FROM turns GROUP BY ALL ORDER BY ALL"""
    )


def stretches(span: Span) -> pd.DataFrame:
    """Per centre, day, window and stretch of the roster, in seconds of the day: when it opens and closes, `busy_s`, the
    part of it in which somebody was called or served, its `turns`, and `last_end`, when its last service ended.

    `place`: the stretch's number in the window's day, from 1; `items`: what is served there, sorted; null: all.
    """
    roster = f"(SELECT * RENAME (day AS service_day) FROM {span.table('shifts')})"
    return span.frame(
        f"""WITH roster AS (
            SELECT centre_id, service_day, window_id, any_value(clerk_id) AS clerk_id,
                any_value(list_sort(services)) AS items,
                epoch(opens_at) - midnight AS opens, max(epoch(closes_at)) - midnight AS closes
            FROM {span.clock(roster)} GROUP BY centre_id, service_day, window_id, opens_at, midnight)
        SELECT r.*, row_number() OVER (PARTITION BY r.centre_id, r.service_day, r.window_id ORDER BY r.opens) AS place,
            coalesce(t.busy, 0) AS busy_s, coalesce(t.turns, 0) AS turns, t.last_end
        FROM roster r LEFT JOIN (
            SELECT r.centre_id, r.service_day, r.window_id, r.opens, count(*) AS turns, max(t.ended) AS last_end,
                sum(least(t.ended, r.closes) - greatest(t.called, r.opens)) AS busy
            FROM roster r JOIN turns t ON t.centre_id = r.centre_id AND t.service_day = r.service_day
                AND t.window_id = r.window_id AND t.called < r.closes AND t.ended > r.opens
            WHERE t.sound GROUP BY ALL) t
        USING (centre_id, service_day, window_id, opens)
        ORDER BY ALL"""
    )


def windows_seen(span: Span) -> pd.DataFrame:
    """Per centre, day and window, without any roster: the first call and the last end (seconds of the day), the longest
    pause around noon (`pause_from`, `pause_to`), its turns and busy seconds, and the items served there."""
    return span.frame(
        f"""WITH lined AS (
            SELECT *, lead(called) OVER (PARTITION BY centre_id, service_day, window_id ORDER BY called) AS next_called
            FROM turns WHERE sound),
        noon AS (
            SELECT centre_id, service_day, window_id, max_by(ended, next_called - ended) AS pause_from,
                max_by(next_called, next_called - ended) AS pause_to
            FROM lined WHERE next_called - ended >= {LEAST_LUNCH_S}
                AND ended >= {NOON_S[0]} AND next_called <= {NOON_S[1]}
            GROUP BY ALL)
        SELECT l.centre_id, l.service_day, l.window_id, min(l.called) AS first_call, max(l.ended) AS last_end,
            any_value(n.pause_from) AS pause_from, any_value(n.pause_to) AS pause_to, count(*) AS turns,
            sum(l.ended - l.called) AS busy_s, list_sort(list(DISTINCT l.service_code)) AS items,
            mode(l.clerk_id) AS clerk_id
        FROM lined l LEFT JOIN noon n USING (centre_id, service_day, window_id) GROUP BY ALL ORDER BY 1, 2, 3"""
    )


def occupation(span: Span) -> pd.DataFrame:
    """Per centre, window and half hour of the day (number from midnight): seconds, summed over the days, in which
    somebody was called or served."""
    return span.frame(
        f"""SELECT centre_id, window_id, half_hour,
            sum(least(ended, (half_hour + 1) * {HALF_HOUR_S}) - greatest(called, half_hour * {HALF_HOUR_S})) AS busy_s
        FROM (SELECT centre_id, window_id, called, ended,
                unnest(range(floor(called / {HALF_HOUR_S})::BIGINT, floor(ended / {HALF_HOUR_S})::BIGINT + 1))
                    AS half_hour
            FROM turns WHERE sound AND called >= 0) GROUP BY ALL ORDER BY ALL"""
    )
