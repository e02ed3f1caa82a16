"""Every sentence that a user reads, in Chinese and English, from ``sim/texts/<lang>/*.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from sim.common.types import Text

LANGUAGES = ("zh", "en")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return all sentences of *lang* by key; each area of the product keeps its own file.

    Raises ``KeyError`` when two files define the same key.
    """
    sentences: dict[str, str] = {}
    for entry in sorted(files("sim").joinpath("texts", lang).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".json"):
            for key, sentence in json.loads(entry.read_text(encoding="utf-8")).items():
                if key in sentences:
                    msg = f"text {key!r} is defined twice, again in {lang}/{entry.name}"
                    raise KeyError(msg)
                sentences[key] = sentence
    return sentences


def text(key: str, lang: str, **values: object) -> str:
    """Return the sentence *key* in *lang*, filled with *values*; ``KeyError`` if it does not exist.

    ``{count:?truck|trucks}`` is the first word for one, else the second.
    """
    sentence = catalogue(lang)[key]
    return COUNTING.vformat(sentence, (), values) if ":?" in sentence else sentence.format(**values)


def in_both(key: str, **values: object) -> Text:
    """Return the sentence *key* in both languages; values that are :class:`Text` are put in theirs."""
    return Text(*(text(key, lang, **in_one(values, lang)) for lang in LANGUAGES))


def in_one(values: Mapping[str, object], lang: str) -> dict[str, object]:
    """Return *values* with the words of *lang* for those that are said in both languages."""
    return {name: value.of(lang) if isinstance(value, Text) else value for name, value in values.items()}


def listed(parts: Iterable[Text]) -> Text:
    """Return *parts* one after the other, as a list in a sentence; empty ones are left out."""
    said = [part for part in parts if any(part)]
    return Text("、".join(part.zh for part in said), ", ".join(part.en for part in said))


def in_a_row(sentences: Iterable[Text]) -> Text:
    """Return whole *sentences* one after the other; empty ones are left out."""
    said = [sentence for sentence in sentences if any(sentence)]
    return Text("".join(sentence.zh for sentence in said), " ".join(sentence.en for sentence in said))


class _Counting(Formatter):
    """Fills a sentence as ``str.format`` does, and chooses between one and many."""

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec.startswith("?"):
            return str(super().format_field(value, format_spec))
        one, many = format_spec[1:].split("|")
        return one if str(value) == "1" else many


COUNTING = _Counting()
