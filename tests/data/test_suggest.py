"""What `inturn source suggest` proposes, and that its proposals work."""

import csv
import gzip
import io
import random
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.contract import DELIVERED, STATUSES
from data.engine import engine
from data.errors import UnreadableFileError, UserError
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.mapping import Mapping, parse_mapping
from data.suggesting.draft import Draft, draft
from data.suggesting.matching import ENOUGH
from data.suggesting.profile import profile
from data.suggesting.render import render
from data.suggesting.vocabulary import HEADERS, WORDS, normal, spellings
from inturn.main import program

HALL = [
    *("预约号", "姓名", "证件号", "手机号", "大厅", "事项", "预约日期", "预约时间", "创建时间", "预约方式"),
    *("票号", "取号时间", "叫号时间", "开始办理时间", "办结时间", "窗口号", "经办人", "优先类别", "状态", "满意度"),
]
#: the columns that they are; None: none
MEANT = [
    *("booking_id", None, "applicant_id", "phone", "centre_id", "service_code", "service_day", "slot_start"),
    *("created_at", "channel", "ticket_no", "checked_in_at", "called_at", "served_from", "served_to", "window_id"),
    *("clerk_id", "priority_class", "status", None),
]
#: their words, and the contract's
ENDS = {"已办结": "served", "爽约": "no_show", "已取消": "cancelled", "过号未办": "abandoned"}


def hall_rows(count: int = 240) -> list[list[str]]:
    """An invented hall: the persons are counters in the form of identity and phone numbers."""
    fate = random.Random(7)  # noqa: S311 - not for secrets
    rows = []
    for number in range(count):
        slot = datetime(2026, 3, 2 + number % 5, 9 + number % 7, 5 * (number % 12))  # noqa: DTZ001 - the hall's clock
        end = list(ENDS)[number % 8] if number % 8 < 4 else "已办结"
        served = end == "已办结"
        times = [slot + timedelta(seconds=seconds) for seconds in (-431, 127, 140, 601)]
        day = f"{slot.year}年{slot.month}月{slot.day}日"
        rows.append(
            [
                f"YY{number:06}",
                f"甲{number}",
                f"110101{1950 + number % 50}{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}X",
                f"138{number:08}",
                "城东大厅",
                fate.choice(["参保登记", "异地就医备案", "医保报销"]),
                day,
                f"{day} {slot:%H:%M}",
                f"2026/2/{1 + number % 28} {8 + number % 9}:{number % 60:02}:{(7 * number) % 60:02}",
                fate.choice(["微信小程序", "电话预约", "取号机", "窗口代录"]),
                f"A{number:03}",
                *(f"{time:%Y-%m-%d %H:%M:%S}" if served else "" for time in times),
                str(1 + number % 6) if served else "",
                f"G{number % 7:03}" if served else "",
                fate.choice(["普通", "老年人", "退役军人"]),
                end,
                str(number % 5),
            ]
        )
    return rows


def written(path: Path, headers: list[str], rows: list[list[str]], encoding: str = "utf-8") -> str:
    """A CSV file, packed where its name ends in .gz."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headers, *rows])
    content = text.getvalue().encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return str(path)


def stored(home: Home) -> list[dict[str, object]]:
    with engine(home) as connection:
        rows = connection.execute(f"SELECT * FROM {Lake.of(home).sql('bookings')} ORDER BY booking_id")
        return rows.to_arrow_table().to_pylist()


def proposed(found: Draft) -> Mapping:
    return parse_mapping(render(found), "suggested")


def columns(found: Draft) -> dict[str, str]:
    return {match.column: match.header for match in found.fit.matches if match.confidence >= ENOUGH}


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hall")
    written(folder / "预约_20260302.csv.gz", HALL, hall_rows(), "gb18030")
    return folder


@pytest.fixture(scope="module")
def found(hall) -> Draft:
    return draft(str(hall / "预约_20260302.csv.gz"))


def test_a_chinese_hall_is_recognised(found):
    assert found.table.name == "bookings"
    assert columns(found) == {name: header for name, header in zip(MEANT, HALL, strict=True) if name}
    assert (found.missing, found.unknown, found.personal) == ((), ("满意度",), ("姓名",))
    mapping = proposed(found)
    assert (mapping.encoding, mapping.timezone) == ("gb18030", "Asia/Shanghai")
    assert mapping.date_formats == ("%Y年%m月%d日",)
    assert mapping.time_formats == ("%Y年%m月%d日 %H:%M",)
    assert mapping.tables["bookings"].files == ("预约_*.csv.gz",)
    assert mapping.tables["bookings"].words["status"] == ENDS


def test_its_proposal_can_be_ingested_as_it_stands(hall, found, tmp_path):
    (hall / "source.toml").write_text(render(found), encoding="utf-8")
    home = Home.create(tmp_path)
    report = ingest(home, str(hall))
    assert report.counts() == {"bookings": {"read": 240, "accepted": 240, "rejected": 0, "left_out": 0}}
    bookings = stored(home)
    assert sum(row["priority_class"] is None for row in bookings) == sum(row[17] == "普通" for row in hall_rows())
    first = hall_rows()[0]
    assert {
        "status": "served",
        "channel": {"微信小程序": "online", "电话预约": "phone", "取号机": "onsite", "窗口代录": "staff"}[first[9]],
        "priority_class": {"普通": None, "老年人": "elderly", "退役军人": "veteran"}[first[17]],
        "ticket_no": 0,
        "slot_start": datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
        "created_at": datetime(2026, 2, 1, 0, 0, tzinfo=UTC),
        "called_at": datetime(2026, 3, 2, 1, 2, 7, tzinfo=UTC),
    }.items() <= bookings[0].items()


def test_no_value_that_names_a_person_is_shown(found):
    text = render(found)
    assert not [cell for row in hall_rows() for cell in row[1:4] if cell in text]


ENGLISH = (
    "Ticket Number,Customer ID,Service Type,Counter,Served By,Date,Check-in Time,Call Time,Start Time,End Time,State"
)


def test_clock_times_stand_on_the_files_own_day(tmp_path):
    """Ticket number, booking and creation come by formula; two constants are for a person to fill in."""
    rows = [
        ["A001", "C1", "Passport", "3", "ann", "13/03/2026", "9:01", "9:10", "9:11", "9:20", "Completed"],
        ["A002", "C2", "Permit", "3", "bob", "02/03/2026", "9:02", "", "", "", "No Show"],
    ]
    file = written(tmp_path / "hall" / "tickets.csv", ENGLISH.split(","), rows)
    found = draft(file)
    assert found.missing == ("centre_id", "channel")
    assert not found.day_or_month
    text = render(found).replace("# centre_id = ", "centre_id = ").replace("# channel = ", "channel = ")
    (tmp_path / "hall" / "source.toml").write_text(text)
    home = Home.create(tmp_path / "home")
    report = ingest(home, str(tmp_path / "hall"))
    assert report.counts()["bookings"] == {"read": 2, "accepted": 2, "rejected": 0, "left_out": 0}
    columns = ("booking_id", "centre_id", "channel", "status", "ticket_no", "created_at", "served_to")
    assert [tuple(row[name] for name in columns) for row in stored(home)] == [
        ("02/03/2026-A002", "centre-1", "onsite", "no_show", 2, datetime(2026, 3, 2, 1, 2, tzinfo=UTC), None),
        (
            *("13/03/2026-A001", "centre-1", "onsite", "served", 1),
            *(datetime(2026, 3, 13, 1, 1, tzinfo=UTC), datetime(2026, 3, 13, 1, 20, tzinfo=UTC)),
        ),
    ]


@pytest.mark.parametrize(
    ("table", "headers", "row"),
    [
        ("quotas", "中心,日期,放号数,放号时间", "城东,2026-03-02,60,2026-03-01 08:00:00"),
        ("shifts", "大厅,窗口号,工作人员,上班时间,下班时间", "城东,3,G01,2026-03-02 08:30:00,2026-03-02 17:00:00"),
        ("refusals", "大厅,预约日期,抢号时间", "城东,2026-03-02,2026-03-01 08:00:03"),
        ("complaints", "投诉编号,大厅,投诉时间,投诉内容,回复时间", "T1,城东,2026-03-02 10:00:01,排队太久,"),
        ("agents", "代办机构编号,机构类型,备案日期,机构名称", "A1,用人单位,2025-01-01,某公司"),
        ("labels", "大厅,预约号,核查结论,核查时间", "城东,YY1,合规,2026-03-09 10:11:12"),
    ],
)
def test_which_table_a_file_is(tmp_path, table, headers, row):
    found = draft(written(tmp_path / "file.csv", headers.split(","), [row.split(",")]))
    assert found.table.name == table
    assert found.missing == ()
    proposed(found)


@pytest.mark.parametrize(
    ("value", "dates", "times"),
    [
        ("2026-03-02", (), ()),
        ("2026/3/2", (), None),
        ("2026年3月2日", ("%Y年%m月%d日",), None),
        ("20260302", ("%Y%m%d",), None),
        ("26.03.2026", ("%d.%m.%Y",), None),
        ("03/26/2026", ("%m/%d/%Y",), None),
        ("2026/3/2 9:05", (), ()),
        ("2026-03-02T09:05:00+08:00", (), ()),
        ("20260302 0905", None, ("%Y%m%d %H%M",)),
        ("20260302090512", None, ("%Y%m%d%H%M%S",)),
        ("2026年3月2日 9时5分", None, ("%Y年%m月%d日 %H时%M分",)),
        ("26.03.2026 9:05", None, ("%d.%m.%Y %H:%M",)),
        ("2026年3月2日 09:00-09:30", ("%Y年%m月%d日 %H:%M",), ("%Y年%m月%d日 %H:%M",)),
        ("2026-03-02 星期一", None, None),
        ("09:05", None, None),
        ("11010119500101001X", None, None),
        ("13800138000", None, None),
    ],
)
def test_formats_of_dates_and_times(value, dates, times):
    [found] = profile(pa.table({"when": [value, None]}))
    if found.span:
        assert found.time_formats == times
    else:
        assert (found.date_formats, found.time_formats) == (dates, times)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (["2026-03-02 09:00", "2026-03-02 09:30"], "slot_start"),
        (["2026-03-01 20:13:07", "2026-03-01 21:44:59"], "created_at"),
        (["2026-03-02", "2026-03-03"], "service_day"),
    ],
)
def test_the_values_tell_what_an_ambiguous_header_means(tmp_path, values, column):
    """预约时间 is the time booked for, the time of booking or the day, from vendor to vendor."""
    rows = [[f"Y{number}", value] for number, value in enumerate(values)]
    found = draft(written(tmp_path / "bookings.csv", ["预约号", "预约时间"], rows))
    assert columns(found)[column] == "预约时间"


@pytest.mark.parametrize(
    ("values", "column"), [(["2026-03-02 09:01:07", "2026-03-02 09:34:59"], "called_at"), (["A017", "18"], "ticket_no")]
)
def test_a_call_is_a_time_or_a_number(tmp_path, values, column):
    rows = [[f"Y{number}", value] for number, value in enumerate(values)]
    assert columns(draft(written(tmp_path / "bookings.csv", ["预约号", "叫号"], rows)))[column] == "叫号"


def test_headers_and_words_of_a_front_desk(tmp_path):
    headers = ["预约号", "建单时间", "到厅时间", "渠道", "状态"]
    times = "2026-03-01 10:11:12", "2026-03-02 08:51:07"
    rows = [
        ["Y1", *times, "前台代办", "已办结"],
        ["Y2", times[0], "", "线上", "没来"],
        ["Y3", *times, "线上", "取消了"],
    ]
    found = draft(written(tmp_path / "bookings.csv", headers, rows))
    meant = ("booking_id", "created_at", "checked_in_at", "channel", "status")
    assert columns(found) == dict(zip(meant, headers, strict=True))
    words = proposed(found).tables["bookings"].words
    assert words["channel"]["前台代办"] == "staff"
    assert words["status"] == {"已办结": "served", "没来": "no_show", "取消了": "cancelled"}


def test_values_alone_are_a_weaker_reason(tmp_path):
    rows = [
        [f"11010119500101{number:03}X", f"1390000{number:04}", "爽约" if number % 2 else "已办结"]
        for number in range(9)
    ]
    found = draft(written(tmp_path / "bookings.csv", ["甲", "乙", "丙"], rows))
    assert columns(found) == {"applicant_id": "甲", "phone": "乙", "status": "丙"}
    assert all(match.confidence <= 0.6 for match in found.fit.matches)


def test_the_day_and_the_status_come_from_times(tmp_path):
    headers = ["预约号", "大厅", "事项", "证件号", "渠道", "创建时间", "预约时间", "办结时间", "取消时间"]
    row = ["Y1", "城东", "参保", "11010119500101001X", "现场", "2026-03-01 10:11:12", "2026-03-02 09:00", "", ""]
    found = draft(written(tmp_path / "bookings.csv", headers, [row, ["Y2", *row[1:-2], "2026-03-02 09:31", ""]]))
    formulas = proposed(found).tables["bookings"].formulas
    assert found.missing == ()
    assert formulas["service_day"] == 'CAST(CAST("预约时间" AS TIMESTAMPTZ) AS DATE)'
    assert formulas["status"].startswith("CASE WHEN \"取消时间\" IS NOT NULL THEN 'cancelled'")


def test_unknown_words_are_listed_to_be_given_a_meaning(tmp_path):
    rows = [["Y1", "已办结"], ["Y2", "复核中"], ["Y3", "已办结"]]
    text = render(draft(written(tmp_path / "bookings.csv", ["预约号", "状态"], rows)))
    assert '"已办结" = "served"' in text
    assert '# "复核中" = ""' in text


def test_the_contracts_own_names_need_no_entry(tmp_path):
    table = DELIVERED["bookings"]
    rows = pa.table({column.name: pa.nulls(1, column.arrow.type) for column in table.columns})
    (tmp_path / "bookings").mkdir()
    pq.write_table(rows, tmp_path / "bookings" / "2026-03.parquet")
    found = draft(str(tmp_path / "bookings" / "2026-03.parquet"))
    assert len(found.fit.matches) == len(table.columns)
    assert proposed(found).tables["bookings"].model_dump(exclude_defaults=True) == {}


def test_seconds_since_1970(tmp_path):
    file = tmp_path / "bookings.jsonl"
    file.write_text('{"called_at": 1772413500000, "created_at": 1772413500}\n')
    formulas = proposed(draft(str(file))).tables["bookings"].formulas
    assert formulas["called_at"] == 'to_timestamp(CAST("called_at" AS DOUBLE) / 1000)'
    assert formulas["created_at"] == 'to_timestamp(CAST("created_at" AS DOUBLE))'


def test_a_folder_a_missing_file_and_a_strange_one_are_explained(tmp_path):
    with pytest.raises(UserError, match="Name one file"):
        draft(str(tmp_path))
    with pytest.raises(UnreadableFileError, match="no such file"):
        draft(str(tmp_path / "absent.csv"))
    (tmp_path / "log.dbf").write_bytes(b"\3")
    with pytest.raises(UnreadableFileError, match="no reader"):
        draft(str(tmp_path / "log.dbf"))


def test_the_command_prints_the_text_and_tells_why(tmp_path):
    file, output = written(tmp_path / "bookings.csv", HALL, hall_rows(8), "gb18030"), tmp_path / "source.toml"
    shown = CliRunner().invoke(program(), ["source", "suggest", file])
    assert shown.exit_code == 0
    assert tomllib.loads(shown.stdout)["encoding"] == "gb18030"
    assert "not recognised" in shown.stderr
    assert "# columns not found, so not assessed: " in shown.stdout
    assert (
        '# where one of those headers is a column that is missing or not found, say so above: column = "满意度"'
        in shown.stdout
    )
    assert CliRunner().invoke(program(), ["source", "suggest", file, "-o", str(output)]).exit_code == 0
    assert output.read_text(encoding="utf-8") == shown.stdout
    output.write_text("mine")
    refused = CliRunner().invoke(program(), ["source", "suggest", file, "-o", str(output)])
    assert isinstance(refused.exception, UserError)
    assert "--force" in refused.exception.next_step
    assert output.read_text() == "mine"
    assert CliRunner().invoke(program(), ["source", "suggest", file, "-o", str(output), "--force"]).exit_code == 0
    assert output.read_text(encoding="utf-8") == shown.stdout


def test_the_vocabulary_is_of_the_contract():
    known = {column.name: column for table in DELIVERED.values() for column in table.columns}
    assert HEADERS.keys() <= known.keys()
    for column, words in WORDS.items():
        if known[column].words:
            assert set(words) == set(known[column].words)
    assert set(ENDS.values()) < set(STATUSES)


def test_no_word_has_two_meanings():
    for words in WORDS.values():
        listed = [normal(spelling) for entry in words.values() for spelling in spellings(entry)]
        assert sorted(set(listed)) == sorted(listed)


NAMES = st.one_of(
    st.sampled_from([*HALL, *ENGLISH.split(","), '"', "a'b", "x\ny", "#"]), st.text(min_size=1).filter(str.strip)
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(headers=st.lists(NAMES, min_size=1, max_size=6, unique=True), data=st.data())
def test_whatever_the_file_the_proposal_is_valid(tmp_path_factory, headers, data):
    usable = [name for name in headers if "\0" not in name and "\ufffd" not in name]
    value = st.one_of(st.none(), st.sampled_from(["2026-03-02 09:05", "9:05-9:30", "09:05", "1772413500"]), st.text())
    rows = data.draw(st.lists(st.lists(value, min_size=len(usable), max_size=len(usable)), max_size=4))
    path = tmp_path_factory.mktemp("any") / "file.parquet"
    pq.write_table(pa.table({name: [row[place] for row in rows] for place, name in enumerate(usable)}), path)
    found = draft(str(path))
    mapping = proposed(found)
    assert all(0 <= match.confidence < 1 for match in found.fit.matches)
    assert mapping.tables[found.table.name].headers_read() <= set(usable)
