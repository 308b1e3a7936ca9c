"""What a person in the console can mend: one sentence, shown on the page it happened on."""

from django.utils.functional import Promise


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A change that was not made; says why and what to do next."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))
