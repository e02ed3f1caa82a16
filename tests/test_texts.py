"""Every sentence exists in both languages, is asked for somewhere, and gets every word that it needs."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from sim.common.texts import LANGUAGES, catalogue

ROOT = Path(__file__).parent.parent
SIM = ROOT / "sim"
ZH, EN = catalogue("zh"), catalogue("en")
HAN = "\u3400-\u9fff"
HALF_WIDTH = re.compile(rf"[{HAN}]\s*[,.;:!?()'\"]\s*[{HAN}]|[{HAN}][,;:!?()]|[,;:!?()][{HAN}]")
TYPED = re.compile("“[^”]*”")
"""What a sentence quotes for the user to type keeps the punctuation that a file needs (``键: 值``)."""

ASKS = {
    "text": "", "voice.text": "cli.", "voice.sentence": "", "words": "report.", "source.words": "report.",
    "self.words": "report.", "ground.words": "report.", "draft.say": "change.", "FolderError": "problem.study.",
    "say": "papers.", "page.say": "papers.", "self.say": "papers.", "review.say": "review.",
    "sheets.say": "sheets.", "scenery_text": "scenery.",
    "batch.words": "batch_page.", "kit_text": "kit.", "kit.both": "kit.", "build.said": "build.", "told": "design.",
    "in_both": "",
}
"""The calls whose first word is the key of a sentence, and the area that each speaks for."""
REFUSES = {"table.problem", "self.refuse", "refuse", "draft.refuse"}
"""The calls whose first word is the code of a problem."""
AREAS = sorted({"", "problem.", "problem.study.", *ASKS.values(), "cli.usage."})
"""What may stand before a word of the code to make a key."""


def blanks(sentence: str) -> set[str]:
    """Return the names of the blanks of *sentence*."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def named(node: ast.expr) -> str:
    """Return the dotted name of what is called; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{named(node.value)}.{node.attr}"
    return ""


def forms(node: ast.expr) -> Iterator[str]:
    """Give the keys that *node* may be, as patterns: words as they stand, ``(.+)`` for what is only known later."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from forms(node.body)
        yield from forms(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join("(.+)" if isinstance(p, ast.FormattedValue) else re.escape(p.value) for p in node.values)


class Asked(ast.NodeVisitor):
    """What the code asks the catalogue for, with the place; and every word that stands in the code."""

    def __init__(self) -> None:
        self.place = ""
        self.keys: list[tuple[str, str]] = []
        self.given: list[tuple[str, str, set[str]]] = []
        self.words: set[str] = set()
        self.built: set[str] = set()

    def visit_Call(self, node: ast.Call) -> None:
        callee = named(node.func)
        where = f"{self.place}:{node.lineno}"
        if callee == "self" and self.place.endswith("report/words.py"):
            callee = "words"
        if callee == "words" and self.place.endswith("report/batch_page.py"):
            callee = "batch.words"
        if callee == "said" and "drill/build/" in self.place:
            callee = "build.said"
        if callee == "say" and "drill/review/" in self.place:
            callee = "review.say"
        if callee in ("say", "both") and "drill/sheets/" in self.place:
            callee = "sheets.say"
        if callee == "both" and "drill/kit/" in self.place:
            callee = "kit.both"
        if callee in ASKS and node.args:
            self._note(where, ASKS[callee], node.args[0], node)
        if callee.split(".")[-1] == "refuse" or callee in REFUSES:
            for form in forms(node.args[0]):
                self.keys.append((where, re.escape("problem.") + form))
        for word in node.keywords:
            if callee == "Problem" and word.arg == "code":
                self.keys += [(where, re.escape("problem.") + form) for form in forms(word.value)]
        self.generic_visit(node)

    def _note(self, where: str, area: str, key: ast.expr, call: ast.Call) -> None:
        for form in forms(key):
            self.keys.append((where, re.escape(area) + form))
            if isinstance(key, ast.Constant) and all(word.arg for word in call.keywords):
                self.given.append((where, area + key.value, {word.arg for word in call.keywords if word.arg}))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.words.add(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.built |= set(forms(node))
        self.words |= {word for p in node.values if isinstance(p, ast.Constant) for word in p.value.split(".")}
        self.generic_visit(node)


@pytest.fixture(scope="module")
def asked() -> Asked:
    asked = Asked()
    for path in sorted(SIM.rglob("*.py")):
        asked.place = path.relative_to(ROOT).as_posix()
        asked.visit(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted(SIM.rglob("*.j2")):
        page = path.read_text(encoding="utf-8")
        for stem, key, dynamic in re.findall(r"""\bt\((["'])([a-z_0-9.]+)\1(\s*~)?""", page):
            assert stem
            form = re.escape(f"report.{key}") + ("(.+)" if dynamic else "")
            asked.keys.append((path.name, form))
            asked.words.add(key)
            if dynamic:
                asked.built.add(form)
        asked.words |= set(re.findall(r"""["']([a-z_]+)["']""", page))
    asked.words |= tabled()
    return asked


def tabled() -> set[str]:
    """Return the words that stand in the tables that ship: kinds, tiers, measures, confidence."""
    paths = [*SIM.glob("*/tables/*.csv"), *(ROOT / "scenarios").rglob("*.csv")]
    return {
        cell for path in paths for row in csv.reader(path.read_text(encoding="utf-8").splitlines()) for cell in row
    }


def is_asked(key: str, asked: Asked) -> bool:
    """Tell whether *key* stands in the code behind its area, or can be built of words that stand there."""
    stem, _, tail = key.rpartition(".")
    if f".{tail}" in asked.words and is_asked(stem, asked):
        return True
    rests = [key.removeprefix(area) for area in AREAS if key.startswith(area)]
    return any(rest in asked.words or is_built(rest, asked) or is_glued(rest, asked) for rest in rests)


def is_built(word: str, asked: Asked) -> bool:
    """Tell whether *word* fits a key with blanks, each filled by a word of the code or by a number."""
    found = (re.fullmatch(form, word) for form in asked.built if re.search(r"[a-z]{3}.*\.", form.replace("(.+)", "")))
    return any(match and all(part.isdigit() or part in asked.words for part in match.groups()) for match in found)


def is_glued(word: str, asked: Asked) -> bool:
    """Tell whether *word* is one of ``new_`` and another word of the code, as the changes of a layout are said."""
    first, middle, last = word.partition("new_")
    return not first and bool(middle) and {middle, last} <= asked.words


def found(lines: list[str]) -> None:
    assert not lines, "\n" + "\n".join(lines)


def test_both_languages_have_the_same_keys() -> None:
    assert set(ZH) == set(EN)


def test_both_languages_keep_a_sentence_in_the_same_file() -> None:
    assert {p.name for p in (SIM / "texts" / "zh").iterdir()} == {p.name for p in (SIM / "texts" / "en").iterdir()}


def test_both_languages_have_the_same_blanks() -> None:
    found([f"{key}: {blanks(ZH[key])} {blanks(EN[key])}" for key in ZH if blanks(ZH[key]) != blanks(EN.get(key, ""))])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty_or_framed_by_spaces(lang: str) -> None:
    edges = {key for key, sentence in catalogue(lang).items() if sentence.strip() != sentence and ".list." not in key}
    found(sorted(key for key in edges if not key.startswith("problem.place.")))
    found(sorted(key for key, sentence in catalogue(lang).items() if not sentence))


def test_every_key_that_the_code_asks_for_exists(asked: Asked) -> None:
    assert len(asked.keys) > 300
    found(sorted({f"{place}: {form}" for place, form in asked.keys if not any(re.fullmatch(form, k) for k in EN)}))


def test_every_sentence_gets_the_words_that_it_needs(asked: Asked) -> None:
    found([
        f"{place}: {key} lacks {blanks(EN[key]) - given}"
        for place, key, given in asked.given
        if key in EN and blanks(EN[key]) - given
    ])


def test_every_key_is_asked_for(asked: Asked) -> None:
    found(sorted(key for key in EN if not is_asked(key, asked)))


@pytest.mark.parametrize("key", ["report.conclusion.nobody", "cli.nobody", "problem.nobody", "timeline.nobody"])
def test_a_key_that_nobody_asks_for_is_found(key: str, asked: Asked) -> None:
    assert not is_asked(key, asked)


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("已到达,正在处置", True), ("已到达，正在处置", False), ("人数(含伤员)", True), ("约 3.5 小时", False),
        ("此处应为“键: 值”形式", False), ("震级:{value}", True), ("完成.", False), ("完成. 继续", True),
    ],
)
def test_half_width_punctuation_is_found(sentence: str, wrong: bool) -> None:
    assert bool(HALF_WIDTH.search(TYPED.sub("“”", sentence))) is wrong


def test_no_chinese_sentence_has_half_width_punctuation() -> None:
    found([f"{key}: {said}" for key, said in ZH.items() if HALF_WIDTH.search(TYPED.sub("“”", said))])


def test_no_chinese_name_in_a_table_has_half_width_punctuation() -> None:
    wrong = []
    for path in [*SIM.glob("*/tables/*.csv"), *(ROOT / "scenarios").glob("*/plan/*.csv")]:
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            said = {column: cell or "" for column, cell in row.items() if column.endswith("_zh")}
            wrong += [f"{path.name}: {cell}" for cell in said.values() if HALF_WIDTH.search(cell)]
    found(wrong)


def test_no_chinese_sentence_mixes_the_two_kinds_of_quotes() -> None:
    found([f"{key}: {said}" for key, said in ZH.items() if re.search(rf"[{HAN}]\"|\"[{HAN}]|[「」『』]", said)])
