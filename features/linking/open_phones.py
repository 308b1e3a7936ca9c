"""Telephones that tie nobody who uses them: known for what they are, like a registered agent."""

import numpy as np

from features.linking.hall_phones import hall_phones
from features.linking.messengers import messenger_phones
from features.night import Night
from features.queues.lines import Ints


def open_phones(night: Night) -> Ints:
    """The numbers of the telephones of halls and of messengers, ascending."""
    return np.union1d(hall_phones(night), messenger_phones(night))
