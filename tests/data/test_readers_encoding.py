import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers_support import read_bytes

from data.errors import BadMappingError
from data.readers.encoding import detect_encoding

CHINESE = "预约号,姓名,事项\nB1,张伟,医疗保险报销\nB2,王芳,社会保障卡补办\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16"])
def test_chinese_headers_are_read_in_every_usual_encoding(encoding):
    read = read_bytes("hall.csv", CHINESE.encode(encoding))
    assert read.rows[3] == {"预约号": "B2", "姓名": "王芳", "事项": "社会保障卡补办"}
    assert read.chunks[0].encoding.confidence > 0.95


def test_utf16_without_a_mark_is_known_by_its_zeros():
    assert read_bytes("hall.csv", "id,name\n1,Zhang 张\n".encode("utf-16-le")).rows[2]["name"] == "Zhang 张"
    assert read_bytes("hall.csv", "id,name\n1,Zhang 张\n".encode("utf-16-be")).rows[2]["name"] == "Zhang 张"


def test_the_declared_encoding_wins():
    read = read_bytes("hall.csv", "a,b\n1,ąę\n".encode("cp1250"), encoding="windows-1250")
    assert read.rows[2]["b"] == "ąę"
    assert read.chunks[0].encoding.confidence == 1.0


def test_an_unknown_encoding_is_the_mapping_s_mistake():
    with pytest.raises(BadMappingError, match="no encoding 'gbx'"):
        read_bytes("hall.csv", b"a\n1\n", encoding="gbx")
    with pytest.raises(BadMappingError, match="no encoding 'base64'"):
        read_bytes("hall.csv", b"a\n1\n", encoding="base64")


@pytest.mark.parametrize("ascii_rows", [10, 300_000])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_encoding_shows_itself_however_late(encoding, ascii_rows):
    text = "id,name\n" + "1,plain\n" * ascii_rows + "2,社会保障卡\n"
    read = read_bytes("late.csv", text.encode(encoding))
    assert read.rows[ascii_rows + 2] == {"id": "2", "name": "社会保障卡"}
    assert read.chunks[-1].encoding.encoding == encoding


def test_one_damaged_character_does_not_change_the_encoding():
    content = (CHINESE * 20).encode().replace("张".encode(), b"\xe5\xbc", 1)
    read = read_bytes("hall.csv", content)
    assert read.refused == [(2, "bad_encoding")]
    assert len(read.rows) == 20 * 3 - 2


def test_confidence_is_low_where_little_speaks():
    assert detect_encoding(b"a,b\n1,2\n").why == "nothing but ASCII"
    assert detect_encoding("café".encode("cp1252")).confidence < 0.5
    assert detect_encoding(("Wnioski o wydanie dowodu, źródło, żółć " * 9).encode("cp1250")).confidence < 0.7
    assert detect_encoding("预約號,證件號,預約時間,叫號時間".encode("gb18030")).confidence < 0.9


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_detection_fail(data):
    detection = detect_encoding(data)
    assert 0 <= detection.confidence <= 1
    data.decode(detection.encoding, "replace")


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(st.characters(min_codepoint=0xA0, exclude_categories=["Cs"]), min_size=3, max_size=50))
def test_utf8_is_always_recognised(text):
    detection = detect_encoding(text.encode())
    assert detection.encoding == "utf-8"
    assert detection.confidence > 0.99
