"""`inturn flags --explain`: one flag, told out of its declaration."""

import pytest

from detection.explaining import facts, title
from detection.flag import all_flags
from tests.command import Command

FLAGS = all_flags()
WIDE = {"COLUMNS": "200"}


@pytest.mark.parametrize("code", ["Q402", "q402"])
def test_a_flag_is_told_without_days_and_without_a_home(inturn: Command, code: str) -> None:
    ended = inturn("flags", "--explain", code, "--home", "nowhere", env=WIDE)
    assert (ended.status, ended.err) == (0, "")
    flag = FLAGS["Q402"]
    assert ended.out.startswith(f"Q402 {flag.name.en} (booking, benefit)\n{flag.why.en}\n")
    for innocent in flag.innocent:
        mark = "checked" if innocent.checked else "not checked"
        assert f"lawful ({mark}): {innocent.explanation.en}\n" in ended.out
    assert "columns: `slot_id`\n" in ended.out
    assert flag.rarity.en in ended.out
    assert flag.source in ended.out


def test_it_is_told_in_chinese(inturn: Command) -> None:
    ended = inturn("flags", "--explain", "Q402", "--lang", "zh", env=WIDE)
    assert ended.status == 0
    flag = FLAGS["Q402"]
    assert ended.out.startswith(f"Q402 {flag.name.zh}（预约，得益）\n{flag.why.zh}\n")
    assert "阈值: ≥ 1（0 或 1，含该值）" in ended.out
    assert flag.why.en not in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--explain", "Q999"), "no flag 'Q999'; there are Q101, Q102"),
        (("--explain", ""), "no flag ''"),
        (("--explain", "Q402", "--lang", "fr"), "'fr' is not one of"),
        ((), "name the first day, or a flag by --explain CODE"),
        (("--to", "2026-03-02"), "name the first day"),
    ],
    ids=["unknown", "empty", "language", "nothing", "no first day"],
)
def test_what_cannot_be_told_is_bad_usage(inturn: Command, words: tuple[str, ...], said: str) -> None:
    ended = inturn("flags", *words, env=WIDE)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)
def test_the_worked_case_fires_at_the_threshold_and_passes_a_step_short_of_it(flag) -> None:
    (worked,) = [fact.said for fact in facts(flag) if fact.label.en == "worked case"]
    fires, short = (float(part.split()[0]) for part in worked.en.split("; ")[:2])
    assert fires == flag.threshold
    assert flag.fires(fires)
    assert not flag.fires(short)
    weighs = flag.is_hypothesis or bool(flag.beside)
    assert ("multiplies the odds" in worked.en) == weighs == ("可能性变为" in worked.zh)
    for words in (title(flag), *(fact.said for fact in facts(flag))):
        assert words.zh
        assert words.en
