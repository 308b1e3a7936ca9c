import gzip
from xml.sax.saxutils import quoteattr

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers_support import read_bytes, read_packed

from data.errors import BadMappingError, UnreadableFileError
from data.readers.eventlog import _TRACES

HEAD = '<?xml version="1.0" encoding="UTF-8"?><log xes.version="2.0" xmlns="http://www.xes-standard.org/">'


def attribute(key, value, kind="string"):
    return f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>"


def event(name, at, **others):
    inside = attribute("concept:name", name) + attribute("time:timestamp", at, "date")
    return f"<event>{inside}{''.join(attribute(*item) for item in others.items())}</event>"


def trace(booking, *events):
    return f"<trace>{attribute('concept:name', booking)}{''.join(events)}</trace>"


def log(*traces, head=HEAD):
    globals_ = f'<global scope="event">{attribute("concept:name", "none")}</global>'
    return f"{head}{globals_}{''.join(traces)}</log>"


def test_a_trace_is_a_row_and_its_events_are_columns():
    called = event("called", "2026-03-01T08:10:00+08:00", window="3")
    again = event("called", "2026-03-01T08:20:00+08:00")
    text = log(trace("B1", event("checked_in", "2026-03-01T08:00:00+08:00"), called, again), trace("B2", called))
    for name in ("hall.xes", "hall.xes.gz"):
        read = read_bytes(name, text.encode())
        assert read.columns == ["concept:name", "checked_in", "called", "called.window", "called 2"]
        assert list(read.rows[1].values()) == [
            "B1",
            "2026-03-01T08:00:00+08:00",
            "2026-03-01T08:10:00+08:00",
            "3",
            "2026-03-01T08:20:00+08:00",
        ]
        assert list(read.rows[2].values()) == ["B2", None, "2026-03-01T08:10:00+08:00", "3", None]


def test_nested_attributes_and_lists_are_kept():
    nested = '<string key="a" value="1"><int key="b" value="2"/></string>'
    listed = '<list key="l"><values><int key="x" value="3"/><int key="x" value="4"/></values></list>'
    read = read_bytes("x.xes", log(f"<trace>{nested}{listed}</trace>").encode())
    assert read.rows == {1: {"a": "1", "a.b": "2", "l": '["3", "4"]'}}


def test_traces_that_make_no_row_are_refused_by_number():
    nameless = trace("B1", "<event/>")
    clash = trace("B2", event("concept:name", "2026-03-01T08:00:00Z"))
    read = read_bytes("x.xes", log(nameless, clash, trace("B3\ufffd"), trace("B4")).encode())
    assert read.rows == {4: {"concept:name": "B4"}}
    assert read.refused == [(1, "event_without_name"), (2, "name_clash"), (3, "bad_encoding")]


def test_long_logs_come_in_chunks():
    read = read_bytes("x.xes", log(*(trace(str(number)) for number in range(1, _TRACES + 6))).encode())
    assert len(read.chunks) == 2
    assert all(row["concept:name"] == str(number) for number, row in read.rows.items())


def test_a_log_without_traces_has_no_rows():
    assert read_bytes("x.xes", log().encode()).rows == {}


def test_the_document_s_encoding_is_followed_unless_another_is_declared():
    stated = HEAD.replace("UTF-8", "GB18030")
    assert read_bytes("x.xes", log(trace("张"), head=stated).encode("gb18030")).rows[1]["concept:name"] == "张"
    wrong = log(trace("张")).encode("gb18030")
    assert read_bytes("x.xes", wrong, encoding="gbk").rows[1]["concept:name"] == "张"
    with pytest.raises(BadMappingError, match="no encoding"):
        read_bytes("x.xes", wrong, encoding="gbx")


ENTITY = '<!DOCTYPE log [<!ENTITY e SYSTEM "file:///etc/hostname">]><log><trace>&e;</trace></log>'
LAUGHS = "<!DOCTYPE log [<!ENTITY a '{}'>{}]><log><trace><string key='k' value='&j;'/></trace></log>".format(
    "x" * 1000,
    "".join(f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefghi", "bcdefghij", strict=True)),
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (log(trace("B1"), trace("B2"))[:-40], "damaged or breaks off"),
        ("", "damaged or breaks off"),
        ("not xml", "damaged or breaks off"),
        ("<html/>", "no XES event log"),
        (ENTITY, "declares a document type"),
        (LAUGHS, "declares a document type|damaged or breaks off"),
        (log(trace("B1"), event("called", "2026-03-01T08:00:00Z")), "events outside of traces"),
        (log(event("called", "2026-03-01T08:00:00Z"), trace("B1")), "events outside of traces"),
        (log(trace("x" * 11_000_000)), "damaged or breaks off"),
    ],
    ids=["cut", "empty", "text", "html", "entity", "laughs", "loose last", "loose first", "11 MB"],
)
def test_spoilt_files_are_named(text, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_bytes("x.xes", text.encode())


def test_a_truncated_gzip_is_not_half_a_log():
    packed = gzip.compress(log(*(trace(str(number)) for number in range(3000))).encode())
    with pytest.raises(UnreadableFileError, match="ends early"):
        read_packed(fsspec.filesystem("memory"), "x.xes.gz", packed[:-30])


NAMES = st.text(st.sampled_from("abc取号叫"), min_size=1, max_size=2)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.lists(NAMES, max_size=6), max_size=5))
def test_every_event_has_its_place(traces):
    text = log(
        *(trace(str(n), *(event(name, f"t{k}") for k, name in enumerate(names))) for n, names in enumerate(traces))
    )
    read = read_bytes("x.xes", text.encode())
    assert len(read.rows) == len(traces)
    for row, names in zip(read.rows.values(), traces, strict=True):
        for k, name in enumerate(names):
            times = names[: k + 1].count(name)
            assert row[name if times == 1 else f"{name} {times}"] == f"t{k}"
