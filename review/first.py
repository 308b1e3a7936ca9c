"""Lets the first person in."""

from data.errors import HomeError
from data.home import Home
from review.starting import start


def first_administrator(home: Home, name: str) -> str:
    """Make the console's database and its first administrator; the path at which they choose a password.

    Said again for the same person who has not chosen one yet, it gives a new link. Once somebody administers,
    they let others in.
    """
    start(home)
    from review.actions.people import add_person, set_up_path  # noqa: PLC0415 - needs Django in force
    from review.errors import Refused  # noqa: PLC0415
    from review.models import User  # noqa: PLC0415

    administrators = User.objects.filter(role="administrator")
    if any(person.has_usable_password() for person in administrators):
        raise HomeError(
            "the console has an administrator",
            where=str(home.root),
            next_step="They let others in, on the page People.",
        )
    user = administrators.filter(username=User.normalize_username(name)).first()
    try:
        return set_up_path(user or add_person(username=name, full_name="", role="administrator", by=None))
    except Refused as refused:
        raise HomeError(
            str(refused.sentence).rstrip("."), where=name, next_step="Choose another user name."
        ) from refused
