"""Which encoding a text is in, and how sure that is.

Candidates are judged in this order: a byte order mark; UTF-16 by the zeros between its letters; UTF-8, whose
strictness makes chance agreement rare; GB18030, by the share of everyday Chinese characters it yields; last,
whatever charset-normalizer finds. Japanese and Korean encodings can look like GB18030, and a few words prove
little in any encoding: a `source.toml` should state the encoding where the confidence is low.
"""

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

#: bytes looked at, from the first that is not ASCII
SAMPLE_BYTES = 262_144

#: charset-normalizer costs about 1 s a megabyte and encoding; a few pages are enough for it
GUESS_BYTES = 16_384

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

_PRINTABLE = bytes(range(0x20, 0x7F))

#: GB 2312 rows 1 to 3 (punctuation, full-width letters) and 16 to 55 (its level 1: the 3,755 characters in
#: everyday use), which make up nearly all of a Chinese business text
_EVERYDAY = frozenset(
    bytes((lead, trail)).decode("gb2312", "ignore")
    for lead in (*range(0xA1, 0xA4), *range(0xB0, 0xD8))
    for trail in range(0xA1, 0xFF)
)

#: share of everyday characters from which a text that decodes as GB18030 is taken for it; Chinese text
#: reaches 0.95 and more, Polish in cp1250 or Chinese in Big5 read as GB18030 stay below 0.4
_EVERYDAY_SHARE = 0.7

#: a UTF-8 file may hold a damaged character here and there: at most this share of those that are not ASCII
_DAMAGED_SHARE = 0.02


@dataclass(frozen=True)
class Detection:
    """An encoding by its Python name, the confidence in it (0 to 1), and the reason in a few words."""

    encoding: str
    confidence: float
    why: str


#: what a text is read as that holds nothing but ASCII (so far)
ASCII = Detection("utf-8", 1.0, "nothing but ASCII")


def detect_encoding(start: bytes) -> Detection:
    """Judge the encoding of a text that begins with `start`, which may end in the middle of a character.

    Never fails: of an unrecognisable text it says UTF-8 with confidence 0, so that its rows are refused one
    by one. Returns `ASCII` itself while there is nothing to tell encodings apart.
    """
    if by_mark := next((name for mark, name in _MARKS if start.startswith(mark)), None):
        return Detection(by_mark, 1.0, "byte order mark")
    return _by_zeros(start[:SAMPLE_BYTES]) or detect_later(start)


def detect_later(part: bytes) -> Detection:
    """Judge the encoding of a text from a part of it, before which everything is ASCII."""
    if part.isascii():
        return ASCII
    sample = _from_first_foreign(part)
    return (
        _as_utf8(sample)
        or _as_gb18030(sample)
        or _by_charset_normalizer(sample)
        or Detection("utf-8", 0.0, "no known encoding fits")
    )


def _from_first_foreign(data: bytes) -> bytes:
    """Return the sample that begins with the first byte that is not ASCII, so with a whole character."""
    # halving on isascii, which runs at memory speed
    low, high = 0, len(data)
    while high - low > 1:
        middle = (low + high) // 2
        if data[low:middle].isascii():
            low = middle
        else:
            high = middle
    return data[low : low + SAMPLE_BYTES]


def _by_zeros(sample: bytes) -> Detection | None:
    """UTF-16 without a mark: Latin letters and digits leave a zero in every second byte."""
    half = len(sample) // 2
    if half >= 2 and sample[1::2].count(0) > 0.4 * half and sample[::2].count(0) < 0.05 * half:
        return Detection("utf-16-le", 0.9, "a zero in every second byte")
    if half >= 2 and sample[::2].count(0) > 0.4 * half and sample[1::2].count(0) < 0.05 * half:
        return Detection("utf-16-be", 0.9, "a zero in every second byte")
    return None


def _as_utf8(sample: bytes) -> Detection | None:
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    foreign = sum(not letter.isascii() for letter in text)
    damaged = text.count("\ufffd") - sample.count(b"\xef\xbf\xbd")
    if foreign == 0:
        return None  # the sample is the beginning of one character
    if damaged == 0:
        # two bytes of another encoding form a valid UTF-8 sequence about once in eight times
        return Detection("utf-8", 1 - 0.125**foreign, f"{foreign} valid UTF-8 sequences")
    if damaged <= _DAMAGED_SHARE * foreign:
        return Detection("utf-8", 0.9, f"{foreign - damaged} valid UTF-8 sequences, {damaged} damaged")
    return None


def _as_gb18030(sample: bytes) -> Detection | None:
    text = codecs.getincrementaldecoder("gb18030")("replace").decode(sample)
    foreign = [letter for letter in text if not letter.isascii()]
    if not foreign or text.count("\ufffd") > _DAMAGED_SHARE * len(foreign):
        return None
    share = sum(letter in _EVERYDAY for letter in foreign) / len(foreign)
    if share < _EVERYDAY_SHARE:
        return None
    # a handful of characters proves little: the confidence grows with their number
    confidence = share * (1 - 0.5 ** len(foreign))
    return Detection("gb18030", confidence, f"{share:.0%} of {len(foreign)} characters are everyday Chinese")


def _extends_ascii(encoding: str) -> bool:
    return _PRINTABLE.decode(encoding, "replace") == _PRINTABLE.decode("ascii")


def _by_charset_normalizer(sample: bytes) -> Detection | None:
    # what stands before the sample was taken for ASCII, so EBCDIC and the like are out
    fitting = (guess for guess in from_bytes(sample[:GUESS_BYTES]) if _extends_ascii(guess.encoding))
    best = next(fitting, None)
    if best is None:
        return None
    # single-byte encodings differ in few characters: letters as frequent as in a known language speak for one
    confidence = (1 - best.chaos) * (0.2 + 0.6 * best.coherence)
    return Detection(best.encoding, confidence, "guessed by charset-normalizer")
