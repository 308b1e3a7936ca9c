import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers_support import read_bytes

from data.errors import UnreadableFileError
from data.readers.textstream import BLOCK_BYTES

TEXTS = st.text(
    st.sampled_from('ab0 ,"\\/~.$\n\t预约号') | st.characters(exclude_categories=["Cs"]), max_size=6
).filter(lambda text: "\0" not in text and "\ufffd" not in text)
VALUES = TEXTS | st.integers(-(2**70), 2**70) | st.booleans() | st.none() | st.lists(st.integers(0, 9), max_size=3)
OBJECTS = st.dictionaries(TEXTS.filter(str.strip), VALUES, max_size=5)


def as_text(value):
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(objects=st.lists(OBJECTS, min_size=1, max_size=8), escape=st.booleans())
def test_any_objects_come_back_with_their_line_numbers(objects, escape):
    lines = "\n".join(json.dumps(item, ensure_ascii=escape) for item in objects)
    read = read_bytes("any.jsonl", lines.encode())
    keys = list(dict.fromkeys(key for item in objects for key in item))
    expected = {number: {key: as_text(item.get(key)) for key in keys} for number, item in enumerate(objects, start=1)}
    assert read.columns == keys
    assert read.rows == {number: row for number, row in expected.items() if any(row.values())}
    assert read.refusals == []


def test_lines_that_are_no_object_are_refused_by_number():
    read = read_bytes("mixed.jsonl", b'{"a":1}\n[1]\n\n{bad\r\n"s"\n{"a":2}\r\n{"a":3')
    assert read.rows == {1: {"a": "1"}, 6: {"a": "2"}}
    assert read.refused == [(2, "not_json"), (4, "not_json"), (5, "not_json"), (7, "not_json")]
    assert read.refusals[1].value == "{bad"


def test_values_come_as_text():
    read = read_bytes("v.jsonl", b'{"n":110101199001011234,"f":1.5,"t":true,"l":["a",1],"e":"","z":null}\n')
    assert read.rows[1] == {
        "n": "110101199001011234",
        "f": "1.5",
        "t": "true",
        "l": '["a",1]',
        "e": None,
        "z": None,
    }


def test_columns_that_come_later_are_kept():
    first = b'{"a":1}\n' * (BLOCK_BYTES // 8)
    read = read_bytes("late.jsonl", first + b'{"b":2,"a":3}\n')
    assert len(read.chunks) == 2
    assert read.chunks[0].rows.schema.names == ["a"]
    assert read.rows[BLOCK_BYTES // 8 + 1] == {"a": "3", "b": "2"}


def test_gb18030_is_read():
    assert read_bytes("gb.jsonl", '{"事项":"医疗保险报销"}\n'.encode("gb18030")).rows == {1: {"事项": "医疗保险报销"}}


def test_spoilt_values_cost_their_rows_only():
    huge = b'{"a":"' + b"x" * 10_000_000 + b'"}\n'
    read = read_bytes("v.jsonl", b'{"a":"n\\u0000"}\n{"a":"\xff"}\n' + huge + b'{"a":"fine"}\n', encoding="utf-8")
    assert read.rows == {4: {"a": "fine"}}
    assert read.refused == [(1, "control_character"), (2, "bad_encoding"), (3, "field_too_long")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b'{"a":1}\n{"a":1,"b":2,"a":3}\n', "the object in line 2 has a key twice"),
        (b'{"":1}\n', "has no header"),
        (b'{"a":"' + b"x" * (2 * BLOCK_BYTES), "line 1 is longer than 16 MB"),
        (b"".join(b'{"k%d":1}\n' % n for n in range(1001)), "more than 1,000 different keys"),
    ],
    ids=["empty", "repeated", "blank", "long", "keys"],
)
def test_a_spoilt_file_is_named(content, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_bytes("spoilt.jsonl", content)


def test_deep_nesting_does_no_harm():
    line = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    read = read_bytes("deep.jsonl", line + b'{"a":1}\n')
    assert read.rows[2] == {"a": "1"}
