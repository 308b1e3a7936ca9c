"""The console's words: every text has its Chinese, and the compiled catalogue is the one that is kept."""

import re

import pytest

from data.home import Home
from tests.review import catalogue
from tests.review.console_support import browser, case_of, person


def test_no_text_is_without_its_chinese(console: Home) -> None:
    kept, used = catalogue.known(), catalogue.used()
    assert [message.id for message in used if message.id and message.id not in kept] == [], "make words"
    assert catalogue.untranslated(kept) == []
    assert [message.id for message in kept if message.id and message.id not in used] == [], "make words"


def test_the_compiled_catalogue_is_fresh(console: Home) -> None:
    assert (catalogue.FOLDER / "django.mo").read_bytes() == catalogue.compiled(catalogue.known()), "make words"


def test_placeholders_are_the_same_in_both_languages(console: Home) -> None:
    for message in catalogue.known():
        texts = [message.id, message.string] if isinstance(message.id, str) else [message.id[0], message.string[0]]
        one, other = (sorted(re.findall(r"%\(\w+\)[sd]", text)) for text in texts)
        assert one == other, message.id


@pytest.mark.parametrize(("asked", "said"), [("zh-CN,zh;q=0.9", "登录"), ("en-GB", "Log in"), ("fr", "Log in")])
def test_the_browser_s_language_is_the_page_s(db: Home, asked: str, said: str) -> None:
    assert said in browser().get("/log-in", headers={"accept-language": asked}).content.decode()


def test_somebody_may_choose_the_other_language(db: Home) -> None:
    client = browser(person("inspector", centres=["north"]))
    client.post("/language", {"language": "zh-hans", "next": "/"})
    text = client.get(f"/cases/{case_of('n0').case_id}").content.decode()
    assert "合法解释" in text
    assert "Lawful explanations" not in text
    assert 'lang="zh-hans"' in text
