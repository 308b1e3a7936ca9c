"""The page `docs/features.md`, made from the declarations of the features.

python -m features.page > docs/features.md
"""

import importlib
import sys
from itertools import groupby

from features.declare import Feature, all_features

HEAD = """\
<!-- Made by `make docs` from features/catalogue/. Change that, not this page. -->

# Features

What a night measures of each booking, as columns of the table `features`; null is *not assessed*, never zero. This page
is generated from the declarations in `features/catalogue/`. A feature is a column of a *frame*, the bookings of the
night beside what one part of the product says of them (`features/frames/`). Nothing known after the night is in any of
them. Each has a table of worked cases in `tests/features/cases/`.

All are known at the end of the service day. Where `needs` names columns, the value is null for a booking that has none
there. Where a value says that its file must *bring* columns, the booking must come from a file that has them, be they
empty: a day without missed calls shows 0, a log that does not record them shows null.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for topic, declared in groupby(all_features().values(), lambda feature: feature.definition.__module__):
        parts.append(f"## {topic.rpartition('.')[2].capitalize()}\n\n{importlib.import_module(topic).__doc__}\n")
        parts += map(_entry, declared)
    return "\n".join(parts).rstrip() + "\n"


def _entry(feature: Feature) -> str:
    needs = f" Needs {', '.join(f'`{name}`' for name in feature.needs)}." if feature.needs else ""
    needs += (
        f" Its file must bring {', '.join(f'`{name}`' for name in feature.delivered)}." if feature.delivered else ""
    )
    held = {0: "", 1: " More is never less suspicious.", -1: " Less is never less suspicious."}[feature.monotone]
    return f"**`{feature.name}`** ({feature.unit}). {feature.meaning}\nNull: {feature.null}.{needs}{held}\n"


if __name__ == "__main__":
    sys.stdout.write(page())
