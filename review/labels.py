"""Brings the console's verdicts into the lake's table `labels`, from which models learn."""

from collections.abc import Iterator

from data.home import Home
from data.labels import Label, store_labels
from data.upsert import Stored
from review.models import Covered

#: where these rows say they come from
SOURCE = "console"
#: reason of the "unclear" that takes the place of a verdict that counted and was taken back
TAKEN_BACK = "taken_back"


def deliver(home: Home) -> Stored:
    """Put every verdict that counts into `labels`, by booking and the time at which it was known.

    A verdict that counted and was taken back stays, as what was known then, and is followed by an "unclear" of the time
    at which it was taken back, in the same person's name whoever took it back: of a person the latest verdict counts.
    Nothing is delivered that waits for a second person. `decided_by` is who decided, by a public name that says nothing
    of them; the text that they wrote stays in the console.
    """
    verdicts = list(_verdicts())
    if not verdicts:
        return Stored(new=0, changed=0, repeated=0)
    return store_labels(home, verdicts, source=SOURCE)


def _verdicts() -> Iterator[Label]:
    found = Covered.objects.select_related("decision__by", "booking").order_by("pk")
    for covered in found.iterator(chunk_size=2_000):
        decision, booking = covered.decision, covered.booking
        if decision.final_at is None:
            continue
        said = [(decision.verdict, decision.reason, decision.final_at)]
        if decision.undone_at:
            said.append(("unclear", TAKEN_BACK, decision.undone_at))
        for verdict, reason, at in said:
            yield Label(
                centre_id=booking.centre_id,
                booking_id=booking.booking_id,
                verdict=verdict,
                decided_at=at,
                decided_by=decision.by.public_id,
                reason=reason,
                selection_probability=booking.selection_probability,
            )
