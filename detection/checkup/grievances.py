"""What a complaint is about, read from its category or else from its words."""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

#: what complaints are about; the first three say that people did not get in
KINDS = ("slots", "night_queue", "waiting", "order", "conduct", "other")
ABOUT_SUPPLY = ("slots", "night_queue", "waiting")
#: below this probability the words do not say what it is about
SURE = 0.35
#: phrases and usual categories, written for this product
PHRASES = Path(__file__).with_name("phrases.toml")


def kinds(complaints: pd.DataFrame) -> "pd.Series[str]":
    """One of `KINDS` for each complaint (`category`, `text`; both may be null): the receiver's category, where it is a
    usual one, wins; else the text, else "other"."""
    usual = {word: kind for kind, words in _phrases()["categories"].items() for word in words}
    named = complaints["category"].fillna("").str.strip().str.lower().map(usual)
    words = (complaints["category"].fillna("") + " " + complaints["text"].fillna("")).str.strip()
    read = named.isna() & (words != "")
    found = named.fillna("other").astype(object)
    if read.any():
        model = _model()
        chances = model.predict_proba(words[read])
        best = chances.argmax(1)
        said = np.where(chances.max(1) >= SURE, model.classes_[best], "other")
        found[read] = said
    return found


@cache
def _model() -> Pipeline:
    """Character pieces of one to three, so that Chinese needs no division into words; logistic regression."""
    phrases = [(text, kind) for kind, texts in _phrases()["phrases"].items() for text in texts]
    texts, labels = zip(*phrases, strict=True)
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True),
        LogisticRegression(C=20, class_weight="balanced", max_iter=1000),
    )
    return model.fit(list(texts), list(labels))


@cache
def _phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(PHRASES.read_text(encoding="utf-8"))
