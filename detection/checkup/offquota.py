"""Bookings that were served beyond the released slots, who typed them in, and what the nights said of them."""

from dataclasses import dataclass

import pandas as pd

from detection.checkup.facts.span import Span

#: bookings of one centre that are listed
LISTED = 200
#: the flags that look at it (`detection/flags/`)
FLAGS = ("Q203", "Q205")


@dataclass(frozen=True)
class OffQuota:
    """`served` beyond the released slots in the nights that were run, `flagged` of them; `typists`: by employee how
    many he or she typed in, and how many of these are flagged; `bookings`: the first of them, most suspicious first,
    those without a score (null: not assessed) last."""

    served: int
    flagged: int
    typists: tuple[dict[str, object], ...]
    bookings: tuple[dict[str, object], ...]


def beyond(span: Span) -> pd.DataFrame | None:
    """Served bookings beyond the quota (by its feature, or by a flag on it), with score; null: no night was run."""
    if span.frame(f"SELECT 1 FROM {span.table('scores')} LIMIT 1").empty:
        return None
    stored = {field.name for field in span.lake.fields("findings")}
    fired = " OR ".join(f"coalesce({code}_fired, false)" for code in FLAGS if f"{code}_fired" in stored) or "false"
    return span.frame(
        f"""SELECT b.centre_id, b.service_day, b.booking_id, b.service_code, b.created_by, b.clerk_id,
            f.beyond_quota, s.score, s.flagged, s.rank, s.case_id
        FROM {span.table("bookings")} b
        JOIN {span.table("features")} f USING (service_day, centre_id, booking_id)
        JOIN {span.table("findings")} n USING (service_day, centre_id, booking_id)
        JOIN {span.table("scores")} s USING (service_day, centre_id, booking_id)
        WHERE b.status = 'served' AND (f.beyond_quota > 0 OR {fired})
        ORDER BY b.centre_id, s.score DESC, b.service_day, b.booking_id"""
    )


def off_quota(rows: pd.DataFrame) -> OffQuota:
    """One centre's; `rows`: from `beyond`."""
    typed = rows[rows["created_by"].notna()].groupby("created_by")["flagged"].agg(["size", "sum"])
    typed = typed.sort_values(["size"], ascending=False, kind="stable")
    columns = ["service_day", "booking_id", "service_code", "created_by", "clerk_id", "score", "flagged"]
    listed = rows.head(LISTED)[columns].to_dict("records")
    return OffQuota(
        served=len(rows),
        flagged=int(rows["flagged"].sum()),
        typists=tuple(
            {"clerk_id": str(clerk), "bookings": int(size), "flagged": int(flagged)}
            for clerk, size, flagged in typed.itertuples()
        ),
        bookings=tuple(
            {
                **{str(name): value for name, value in row.items()},
                "service_day": str(row["service_day"]),
                "score": None if pd.isna(row["score"]) else round(float(row["score"]), 6),
                "flagged": bool(row["flagged"]),
            }
            for row in listed
        ),
    )
