"""What leaves as a file, read back: the case file and the lists, with texts that would be something else than text."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from data.errors import UserError
from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from review.exports.case_file import case_file, case_file_of_booking
from review.exports.drawing import svg_of
from review.exports.fonts import FAMILY
from review.exports.lists import CELL, csv_of, xlsx_of
from review.pictures import pictures
from tests.review.hall_of_one_jump import DAY, HOSTILE, hall, person, write_centre, write_hall

DANGEROUS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")', "=cmd|'/C calc'!A0", "＝1＋1"]


def case_of(home: Home) -> str:
    ((case,),) = duckdb.sql(f"SELECT case_id FROM {Lake.of(home).sql('cases')}").fetchall()
    return str(case)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, as a reader would copy it, without breaks of lines."""
    return ["".join(page.extract_text().split("\n")) for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Without blanks, and without the places at which a long word may break."""
    return "".join(text.replace("\u200b", "").split())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The hall of one jump; not to be changed."""
    home = write_hall(tmp_path_factory.mktemp("exports") / "home", hall())
    write_centre(home)
    return home


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["Summary", "Bookings", "What makes up the score", "Evidence and seal", "not checked", "page 1 of"]),
        ("zh", ["概要", "预约", "可疑分的构成", "证据与封存码", "未核", "第1页，共"]),
    ],
)
def test_a_case_file_reads_back(home, lang, said):
    pdf = case_file(
        home, case_of(home), lang, made_by="Wang 王", history=[("2026-03-04 10:00", "Li 李", "confirmed 确认")]
    )
    found = pages(pdf)
    whole = squeezed("".join(found))
    for words in (*said, case_of(home), "Q101", "2026-03-03", "Wang 王", "Li 李", "confirmed 确认"):
        assert squeezed(words) in whole
    (seal,) = (folder for folder in home.path("evidence").glob("*/*"))
    ((reference,),) = duckdb.sql(f"SELECT evidence_ref FROM {Lake.of(home).sql('cases')}").fetchall()
    assert reference.partition("sha256=")[2] in whole
    assert squeezed(seal.relative_to(home.root).as_posix()) in whole
    assert squeezed("passed 2" if lang == "en" else "越过 2 人") in whole
    (first, *_) = PdfReader(io.BytesIO(pdf)).pages
    assert (round(first.mediabox.width), round(first.mediabox.height)) == (595, 842)  # A4 in points


def test_the_font_comes_with_the_file(home):
    (first, *_) = PdfReader(io.BytesIO(case_file(home, case_of(home), "zh", made_by="x"))).pages
    names = [font.get_object()["/BaseFont"] for font in first["/Resources"]["/Font"].values()]
    assert names
    assert all(FAMILY.replace(" ", "") in name for name in names)


def test_whatever_somebody_wrote_is_printed_and_never_read_as_markup(tmp_path):
    people = [*hall(HOSTILE)[:4], hall(HOSTILE)[4] | {"phone": HOSTILE, "clerk_id": HOSTILE}]
    home = write_hall(tmp_path / "home", people, jumpers=(HOSTILE,))
    typed = '#panic("x") #{while true {}} $x_1^2$ *b* _i_ `r` <b>&amp;</b> @ref \\ // [c] http://x.y {braces} \x00\x1b'
    whole = squeezed(
        "".join(pages(case_file(home, case_of(home), "en", made_by=typed, history=[(typed, typed, typed)])))
    )
    shown = '#panic("x")#{whiletrue{}}$x_1^2$*b*_i_`r`<b>&amp;</b>@ref\\//[c]http://x.y{braces}'
    assert whole.count(shown) >= 2
    assert squeezed(HOSTILE) in whole


def test_a_long_table_breaks_over_pages_and_keeps_its_head(tmp_path):
    names = [f"b{number:03}" for number in range(120)]
    people = [person(name, "09:20", "09:25") for name in names]
    home = write_hall(tmp_path / "home", [*people, *hall()[:4]], jumpers=tuple(names))
    found = pages(case_file(home, case_of(home), "en", made_by="x"))
    of_table = [page for page in found if "2026-03-03" in page and "q-value" in page]
    assert len(of_table) >= 3
    assert all(any(f"north{name}" in squeezed(page) for page in of_table) for name in names)
    assert f"page {len(found)} of {len(found)}" in found[-1]


def test_altered_evidence_is_said_on_the_first_page_and_not_printed(tmp_path):
    home = write_hall(tmp_path / "home", hall())
    (file,) = home.path("evidence").glob("*/*/bookings.parquet")
    file.write_bytes(b"")
    found = pages(case_file(home, case_of(home), "en", made_by="x"))
    assert "does not fit its seal is left out of this file: 2026-03-03" in found[0]
    assert "passed 2" not in "".join(found)


def test_a_booking_drawn_at_random_has_a_file_that_looks_like_any_other(home):
    pdf = case_file_of_booking(home, DAY, ("north", "x"), "en", name="D-17", made_by="Li")
    whole = squeezed("".join(pages(pdf)))
    for words in ("Case D-17", "Summary", "1 booking from 2026-03-03", "What makes up the score", "northx"):
        assert squeezed(words) in whole
    assert "random" not in whole
    assert "sealedevidence" not in whole


def test_a_drawn_booking_that_nothing_could_assess_has_no_score_in_its_file(tmp_path):
    home = write_hall(tmp_path / "home", hall())
    lake = Lake.of(home)
    rows = duckdb.sql(
        f"""SELECT * REPLACE (if(booking_id = 'x', NULL, score) AS score, if(booking_id = 'x', NULL, rank) AS rank,
            if(booking_id = 'x', NULL, p_value) AS p_value, if(booking_id = 'x', NULL, q_value) AS q_value)
        FROM {lake.sql("scores")}"""
    ).to_arrow_table()
    lake.replace_day("scores", DAY, rows.cast(LAKE["scores"].schema))
    for lang, said in (
        ("en", ["Expected harm: not assessed", "its expected harm is unknown", "it has no score"]),
        ("zh", ["预期损害:未评估", "预期损害未知", "故无可疑分"]),
    ):
        whole = squeezed(
            "".join(pages(case_file_of_booking(home, DAY, ("north", "x"), lang, name="D-17", made_by="Li")))
        )
        for words in said:
            assert squeezed(words) in whole


def test_an_unknown_case_is_told(home):
    with pytest.raises(UserError, match="no case"):
        case_file(home, "C0", "en", made_by="x")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_picture_can_be_drawn_without_a_browser(home, lang):
    for picture in pictures(home, case_of(home), lang).values():
        assert picture.option is not None
        svg = svg_of(picture.option, picture.height)
        root = ElementTree.fromstring(svg)  # noqa: S314 # our own
        assert root.attrib["viewBox"].split()[2] == "480"  # 640 px
        assert svg == svg_of(picture.option, picture.height)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    (sheet,) = book.worksheets
    assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_is_text(text):
    assert read_csv(csv_of([text], [[text]])) == [[f"'{text}"], [f"'{text}"]]
    ((head,), (cell,)) = read_xlsx(xlsx_of("list", [text], [[text]]))
    assert head == cell == text.replace("\r", "_x000D_") or (head, cell) == (text, text)


@given(text=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40))
def test_no_text_becomes_a_formula(text):
    ((_,), (cell,)) = read_csv(csv_of(["c"], [[text]])) if text else ([""], [""])
    assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert cell in {text, f"'{text}"}


def test_numbers_days_and_unknowns_keep_their_kind():
    row = ["王", -3, 2.5, Decimal("1.25"), True, None, date(2026, 3, 2), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)]
    columns = [f"c{place}" for place in range(len(row))]
    told = ["王", "-3", "2.5", "1.25", "True", "", "2026-03-02", "2026-03-02 09:30:00+00:00"]
    assert read_csv(csv_of(columns, [row]))[1] == told
    found = read_xlsx(xlsx_of("list", columns, [row]))[1]
    assert found[:6] == ["王", -3, 2.5, 1.25, True, None]
    assert [str(cell) for cell in found[6:]] == ["2026-03-02 00:00:00", "2026-03-02 09:30:00"]


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        pytest.param(float("nan"), "nan", id="not a number"),
        pytest.param(2**60, str(2**60), id="more digits than a sheet keeps"),
        pytest.param("x" * 40_000, "x" * (CELL - 1) + "…", id="longer than a cell"),
    ],
)
def test_what_a_cell_cannot_hold_is_text(cell, stored):
    assert read_xlsx(xlsx_of("list", ["c"], [[cell]]))[1] == [stored]


@pytest.mark.parametrize("title", ["a/b:c*[d]?", "", "'x'", "很长的名称" * 20])
def test_any_title_makes_a_sheet(title):
    assert read_xlsx(xlsx_of(title, ["c"], [[1]])) == [["c"], [1]]
