"""A model in service that has learnt something simple: bookings typed in by staff are manipulated."""

from datetime import date

import numpy as np

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.learning.blend import Blend
from detection.learning.classifier import Classifier
from detection.learning.registry import PROMOTE, Model, Service, put_in_service, save
from detection.learning.rows import input_names, night_rows

VERSION = "learned-0123456789ab"


def serve(
    home: Home,
    night: date,
    share: float = 0.5,
    first: date | None = None,
    more: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> None:
    """Train it on a scored night, and put it in service from `first` on, by default from that night on.

    `more`: names of further inputs, which no night has; `without`: centres that keep the score without a model.
    """
    lake = Lake.of(home)
    with engine(home) as connection:
        names = input_names(lake)
        rows = night_rows(connection, lake, names, night)
    staff = rows.inputs[:, names.index("typed_in_by_staff")] == 1
    inputs = np.column_stack([rows.inputs, *[rows.inputs[:, 0] for _ in more]])
    model = Classifier((*names, *more)).fit(inputs, staff, np.ones(len(rows)))
    save(home, Model(VERSION, model, Blend(share, 1.0, 0.0, without), {"as_of": str(night), "labels": {}}))
    put_in_service(home, Service(str(first or night), VERSION, PROMOTE, "", "", ""))
