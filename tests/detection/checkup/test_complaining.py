"""What complaints are about, and whether they were heard."""

from datetime import date, timedelta

import pandas as pd
import pytest

from data.worlds.complaints import LONG_WAIT, NIGHT_QUEUE, OUT_OF_TURN, SLOTS_GONE
from detection.checkup.complaining import complaints
from detection.checkup.grievances import _phrases, kinds
from detection.checkup.trending import Change

UNSEEN = {
    "slots": SLOTS_GONE.texts,
    "waiting": LONG_WAIT.texts,
    "order": OUT_OF_TURN.texts,
    "night_queue": NIGHT_QUEUE.texts,
}


def read(*rows: tuple[str | None, str | None]) -> list[str]:
    return list(kinds(pd.DataFrame(rows, columns=["category", "text"])))


def test_texts_that_it_was_not_taught_are_mostly_read_rightly() -> None:
    """The worlds' complaints were written apart from the phrases."""
    taught = {text for texts in _phrases()["phrases"].values() for text in texts}
    pairs = [(kind, text) for kind, texts in UNSEEN.items() for text in texts]
    assert not taught & {text for _, text in pairs}
    right = sum(read((None, text)) == [kind] for kind, text in pairs)
    assert right >= 0.75 * len(pairs)


@pytest.mark.parametrize(
    ("category", "text", "kind"),
    [
        ("夜间排队", "服务态度很差", "night_queue"),
        (" 叫号秩序 ", None, "order"),
        ("Waiting Time", None, "waiting"),
        ("其他", "半夜排队领不到号", "other"),
        (None, None, "other"),
        ("", "", "other"),
        (None, "？？？", "other"),
        (None, "凌晨三点就来门口排队等发号", "night_queue"),
        (None, "窗口工作人员态度很差，不耐烦", "conduct"),
        (None, "预约名额太少，每天都约不上号", "slots"),
    ],
)
def test_the_category_wins_over_the_text(category: str | None, text: str | None, kind: str) -> None:
    assert read((category, text)) == [kind]


DAY = date(2026, 3, 2)


def rows(*received: tuple[int, str, int | None]) -> pd.DataFrame:
    """Complaints: days after the first of March, kind, days until the reply."""
    moments = [pd.Timestamp(DAY + timedelta(days=day), tz="UTC") for day, _, _ in received]
    replies = [
        pd.NaT if reply is None else moment + pd.Timedelta(days=reply)
        for moment, (_, _, reply) in zip(moments, received, strict=True)
    ]
    return pd.DataFrame(
        {
            "kind": [kind for _, kind, _ in received],
            "day": [moment.date() for moment in moments],
            "received_at": pd.Series(moments, dtype="datetime64[us, UTC]"),
            "replied_at": pd.Series(replies, dtype="datetime64[us, UTC]"),
        }
    )


def test_answered_unanswered_and_repeated() -> None:
    """The second and the third about slots come while the one before waits; the fourth after its reply."""
    found = complaints(
        rows((0, "slots", 10), (3, "slots", 5), (4, "slots", 1), (20, "slots", None), (21, "conduct", None)), None
    )
    assert (found.number, found.unanswered, found.repeated) == (5, 2, 2)
    assert found.reply_days == 5
    assert found.by_kind == {"slots": 4, "conduct": 1}
    assert found.about_supply == 4


RAISED = Change("released", DAY + timedelta(days=30), 60.0, 100.0)
CUT = Change("released", DAY + timedelta(days=30), 100.0, 60.0)
THREE = rows((0, "slots", None), (5, "night_queue", 1), (9, "waiting", 1))


@pytest.mark.parametrize(
    ("received", "released", "heard"),
    [
        (THREE, [RAISED], True),
        (THREE, [CUT], False),
        (THREE, [], False),
        (THREE, None, None),
        (rows((0, "slots", None), (5, "conduct", 1)), [RAISED], None),
        (rows((40, "slots", None), (45, "slots", 1), (49, "slots", 1)), [RAISED], False),
    ],
)
def test_heard(received: pd.DataFrame, released: list[Change] | None, heard: bool | None) -> None:
    assert complaints(received, released).heard is heard


def test_no_complaint_at_all() -> None:
    found = complaints(rows(), [])
    assert (found.number, found.unanswered, found.repeated, found.reply_days, found.heard) == (0, 0, 0, None, None)
