"""The Word papers: what must stand in each, what players may not read, variants, the mark on each page, equal bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from drill.sample import sample

from sim.common.errors import InputError
from sim.common.texts import catalogue
from sim.drill import model as m
from sim.drill.papers.cards import is_handed_over
from sim.drill.papers.evaluator import sentence
from sim.drill.papers.script import VARIANTS, variant_of
from sim.drill.papers.words import Words
from sim.drill.papers.write import PAPERS, write_papers

VARIED = [
    ("field", "announced"), ("field", "scripted"), ("field", "window"), ("field", "blind"), ("tabletop", "announced"),
]


def drill_of(form: str = "field", notice: str = "announced", **change: object) -> m.Drill:
    drill = sample()
    return replace(drill, overview=replace(drill.overview, form=form, notice=notice), **change)


def words(lang: str = "zh", form: str = "field", notice: str = "announced", **change: object) -> Words:
    return Words(drill=drill_of(form, notice, **change), lang=lang)


def paper(number: str, say: Words) -> bytes:
    return next(p for p in PAPERS if p.file("zh").startswith(number + "_")).write(say)


def said(data: bytes) -> str:
    """Return all text of all parts of a paper, headers and properties too, with the alternative texts of pictures."""
    parts = []
    with zipfile.ZipFile(BytesIO(data)) as packed:
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")) and not name.startswith(("word/theme", "word/styles", "customXml")):
                xml = packed.read(name).decode()
                parts += [re.sub(r"<[^>]+>", "", xml), *re.findall(r'(?:descr|Target)="([^"]*)"', xml)]
    return "\n".join(parts)


def heads(data: bytes, table: int = 0) -> list[str]:
    return [cell.text for cell in docx.Document(BytesIO(data)).tables[table].rows[0].cells]


@pytest.mark.parametrize(("form", "notice"), [("field", "scripted"), ("tabletop", "blind")])
def test_all_papers_are_written_and_equal_twice(form: str, notice: str, tmp_path: Path) -> None:
    first = write_papers(drill_of(form, notice), tmp_path / "a")
    second = write_papers(drill_of(form, notice), tmp_path / "b")
    assert [file.name for file in first] == [p.file(lang) for p in PAPERS for lang in ("zh", "en")]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("number", [p.name_zh.split("_")[0] for p in PAPERS])
def test_every_section_carries_the_mark_and_every_table_repeats_its_head(number: str, lang: str) -> None:
    say = words(lang, "tabletop")
    document = docx.Document(BytesIO(paper(number, say)))
    for section in document.sections:
        for part in (section.header, section.footer):
            shown = "".join(paragraph.text for paragraph in part.paragraphs)
            assert "【演练】 EXERCISE ONLY" in shown
            assert say.drill.overview.drill_id in shown
            assert ("第1版" if lang == "zh" else "version 1") in shown
            assert ("知悉范围" if lang == "zh" else "audience") in shown
    for table in document.tables:
        first, *others = table._tbl.tr_lst
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in (first, *others))
        if len(table.columns) > 2:
            assert first.trPr.find(qn("w:tblHeader")) is not None


def test_hand_outs_are_marked_for_players_and_the_other_cards_for_controllers() -> None:
    document = docx.Document(BytesIO(paper("04a", words(notice="blind"))))
    shown = ["".join(p.text for p in section.header.paragraphs) for section in document.sections]
    assert len(shown) == 2
    assert "导调与组织人员" in shown[0]
    assert "参演人员" in shown[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("form", "notice"), VARIED)
def test_players_read_nothing_that_is_not_theirs(form: str, notice: str, lang: str) -> None:
    say = words(lang, form, notice)
    shown = said(paper("05", say))
    drill = say.drill
    told = [inject for inject in drill.injects if inject.kind != "admin"]
    secret = {text for inject in told for text in (*inject.title, *inject.message, inject.inject_id)}
    secret |= {text for inject in drill.injects for text in (*inject.location, *inject.condition, *inject.first_report)}
    secret |= {text for inject in drill.injects for answer in inject.answers for text in answer}
    secret |= {text for action in drill.actions for text in (*action.action, *action.standard, action.action_id)}
    secret |= {text for place in drill.places if place.audience != "player" for text in place.name}
    secret |= {text for warning in drill.warnings for text in (*warning.headline, *warning.description)}
    secret |= {text for question in drill.questions for point in question.points for text in point}
    secret |= {text for o in (drill.overview,) for text in (*o.evolution, *o.consequences, *o.scenario)}
    secret |= {text for move in drill.moves for text in move.summary}
    secret |= {"P50", "P80", "P90", "P95", "A-0", "I-0", "C-0", "R-0"}
    assert not [text for text in secret if text and text in shown]


def test_a_blind_drill_tells_players_neither_time_nor_place_nor_story() -> None:
    for lang in ("zh", "en"):
        say = words(lang, notice="blind")
        shown, overview = said(paper("05", say)), say.drill.overview
        for hidden in (overview.date, overview.start, say.of(overview.venues), say.of(overview.background)):
            assert hidden not in shown
        assert say.of(overview.safety_word) in shown


def test_players_who_know_the_window_only_read_no_hour() -> None:
    shown = said(paper("05", words(notice="window")))
    assert "2027-05-12" in shown
    assert "09:00" not in shown


def test_a_table_drill_has_a_situation_manual_with_questions() -> None:
    shown = said(paper("05", words("en", "tabletop")))
    assert "Situation Manual" in shown
    assert "What belongs in a first report?" in shown
    assert "time, place" not in shown


@pytest.mark.parametrize(("form", "notice"), VARIED)
def test_the_script_has_the_columns_of_its_variant(form: str, notice: str) -> None:
    say = words("zh", form, notice)
    columns = heads(paper("02", say))
    assert columns == [say(f"script.{key}") for key in VARIANTS[variant_of(say)]]
    assert (say("script.dialogue") in columns) == (notice == "scripted")
    assert (say("script.discussion") in columns) == (form == "tabletop")


def test_a_tabletop_asks_of_each_task_once() -> None:
    say = words("en", "tabletop")
    told = said(paper("02", say))
    tasks = {(say.unit(each.unit_id), say.of(each.critical_task), each.inject_id) for each in say.drill.actions}
    assert len(tasks) < len(say.drill.actions), "else nothing is tested"
    assert told.count("by which clause?") == len(tasks)


def test_the_script_of_a_demonstration_speaks_and_keeps_the_contingencies() -> None:
    shown = said(paper("02", words(notice="scripted")))
    for wanted in ("“收到。”", "群众（模拟）：“I-001", "首报", "字幕：【演练】", "C-001", "09:05"):
        assert wanted in shown


def test_the_chinese_plan_has_its_twelve_headings_and_the_english_one_those_of_hseep() -> None:
    def level_1(lang: str) -> list[str]:
        found = docx.Document(BytesIO(paper("01", words(lang)))).paragraphs
        return [p.text for p in found if p.style is not None and p.style.name == "Heading 1"]

    assert level_1("zh") == [
        "一、目的与要求", "二、编制依据", "三、情景概述", "四、规模、时间与地点", "五、演练类型", "六、组织机构与职责",
        "七、参演单位及任务", "八、主要步骤与时间安排", "九、评估与总结安排", "十、保障措施", "十一、终止条件",
        "十二、附件",
    ]
    english = level_1("en")
    assert english[0] == "1. Exercise overview"
    assert "6. Assumptions and artificialities" in english
    assert all(heading.isascii() for heading in english)


def test_the_plan_tells_time_grades_objectives_and_what_nobody_has_checked() -> None:
    shown = said(paper("01", words()))
    wanted_too = ("30分钟内", "真实险情", "O-1", "CT-1.1", "0.50 [0.43, 0.57]")
    for wanted in ("09:00", "11:40", "12:00", "II", "橙色", *wanted_too):
        assert wanted in shown
    assert "待核对" in shown
    assert "____" in shown


def test_a_checked_clause_is_not_marked() -> None:
    drill = sample()
    sure = replace(drill.targets[0], clause=replace(drill.targets[0].clause, checked=True))
    assert "【待核对】" in Words(drill=drill, lang="zh").clause(drill.targets[0].clause)
    assert "待核对" not in Words(drill=drill, lang="zh").clause(sure.clause)


def test_controllers_get_truth_jumps_contingencies_and_answers() -> None:
    shown = said(paper("04", words(form="tabletop")))
    truth = ("被困（人）", "01-15 22:14", "其间已救出12人")
    for wanted in (*truth, "C-001", "若45分钟时", "R-01", "题库", "时间、地点", "T+5"):
        assert wanted in shown
    assert "题库" not in said(paper("04", words()))


def test_cards_hold_what_is_said_and_what_may_be_answered() -> None:
    say = words(notice="blind")
    shown = said(paper("04a", say))
    for inject in say.drill.injects:
        assert say.of(inject.message) in shown
    for wanted in ("09:05 (T+5)", "被困约6人", "09:45 下达 C-001", "签收人", "任务卡", "某市发布余震橙色预警"):
        assert wanted in shown


def test_every_card_begins_a_page() -> None:
    say = words(notice="blind")
    document = docx.Document(BytesIO(paper("04a", say)))
    marks = [p for p in document.paragraphs if p.text == say("mark")]
    handed = [each for each in say.drill.injects if is_handed_over(say, each)]
    assert len(marks) == len(say.drill.injects) + len(handed)
    turned = [bool(p.paragraph_format.page_break_before) for p in marks]
    assert turned.count(False) == 2, "the first of each section stands on a new page already"


def test_what_is_spoken_is_not_handed_over_unless_blind_or_at_a_table() -> None:
    inject = sample().injects[1]
    assert not is_handed_over(words(), inject)
    assert is_handed_over(words(), replace(inject, mode="paper"))
    assert is_handed_over(words(notice="blind"), inject)
    assert is_handed_over(words(form="tabletop"), inject)
    assert not is_handed_over(words(notice="blind"), sample().injects[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_evaluator_reads_limit_and_law_side_by_side(lang: str) -> None:
    say = words(lang)
    data = paper("06", say)
    shown = said(data)
    document = docx.Document(BytesIO(data))
    assert len(document.inline_shapes) == sum(action.benchmark is not None for action in say.drill.actions)
    for action in say.drill.actions:
        assert action.action_id in shown
        if action.benchmark is not None:
            law = action.benchmark
            assert f"{say.minutes(law.p50)} / {say.minutes(law.p80)} / {say.minutes(law.p95)}" in shown
            assert shown.count(sentence(say, action)) >= 2, "as words and as the picture's alternative"
    assert say("no_benchmark") in shown


def test_the_sentence_of_a_law_counts_copies_and_names_what_is_rare() -> None:
    say = words()
    timed = say.drill.actions[2]
    assert timed.benchmark is not None
    assert timed.benchmark.p_meet_limit is not None
    told = sentence(say, timed)
    assert "200 次仿真" in told
    assert f"{say.share(timed.benchmark.p_meet_limit)} 在规定的 15 分钟内" in told
    assert "（P95）应查原因" in told
    law = replace(timed.benchmark, values=timed.benchmark.values[:30], p95=None, p_not_done=0.1)
    told = sentence(say, replace(timed, benchmark=law))
    assert "（P90）应查原因" in told
    assert "10% 始终未完成" in told


@pytest.mark.parametrize("template", ["aqt9009_field", "aqt9009_tabletop", "hseep_eeg", "score100"])
def test_each_template_is_printed(template: str) -> None:
    for lang in ("zh", "en"):
        shown = said(paper("06", words(lang, evaluation_template=template)))
        assert ("【待核对】" if lang == "zh" else "[to be checked]") in shown


def test_a_template_that_does_not_exist_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_papers(replace(sample(), evaluation_template="nobody"), tmp_path)
    assert "aqt9009_field" in str(caught.value.problems[0].params["known"])


def test_times_after_midnight_and_rare_shares_are_told_right() -> None:
    say = words()
    assert say.clock(0) == "09:00"
    assert say.clock(15 * 60 + 5) == "00:05 (+1)"
    assert say.story(130) == "01-16 00:10"
    assert (say.share(0.001), say.share(0.999), say.share(1.0), say.share(0.0)) == ("1%", "99%", "100%", "0%")
    assert [say.number(n) for n in (1, 10, 11, 20)] == ["一、", "十、", "十一、", "二十、"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_an_office_opens_every_paper_and_no_page_is_empty(tmp_path: Path) -> None:
    files = write_papers(drill_of("tabletop"), tmp_path)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path / "pdf"), *map(str, files)],
        check=True, capture_output=True, timeout=200,
    )
    made = sorted((tmp_path / "pdf").glob("*.pdf"))
    assert len(made) == len(files)
    if shutil.which("pdftotext"):
        for file in made:
            text = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True).stdout
            pages = text.decode().split("\f")[:-1]
            assert all("EXERCISE ONLY" in page for page in pages), file.name
            mark = max(len("".join(line.split())) for line in pages[0].splitlines() if "EXERCISE ONLY" in line)
            assert all(len("".join(page.split())) > 2 * mark + 8 for page in pages), file.name


def test_a_value_without_a_name_is_refused_with_the_known_ones_and_none_is_a_dash() -> None:
    say = words()
    assert say.word("mode", "") == "—"
    with pytest.raises(InputError) as caught:
        say.word("mode", "smoke")
    (problem,) = caught.value.problems
    assert "phone" in str(problem.params["known"])
    silent = replace(sample(), injects=tuple(replace(each, mode="") for each in sample().injects))
    assert "—" in said(paper("04", Words(drill=silent, lang="en")))


@pytest.mark.parametrize(
    ("area", "values"),
    [
        ("form", m.FORMS), ("notice", m.NOTICES), ("kind", m.KINDS), ("mode", m.MODES), ("clock", m.CLOCKS),
        ("role", m.ROLES), ("difficulty", m.DIFFICULTIES), ("color", ("red", "orange", "yellow", "blue")),
        ("hazard", ("earthquake", "flood", "chemical")),
        ("stress", ("utilisation", "breach", "queue", "contention", "cascade", "decision", "reporting", "participation",
                    "equity")),
    ],
)
def test_every_coded_value_of_the_record_has_a_name(area: str, values: tuple[str, ...]) -> None:
    for lang in ("zh", "en"):
        for value in values:
            assert f"papers.{area}.{value}" in catalogue(lang)


def test_words_pasted_from_a_sheet_do_not_break_a_paper() -> None:
    drill = sample()
    odd = m.Text("<坍塌>\x0b & 被困\r\n\"12人\"\x07", "<collapse>\x0b & trapped\r\n\"12\"\x07")
    pasted = replace(drill, injects=tuple(replace(each, message=odd, title=odd) for each in drill.injects))
    for number in ("02", "04", "04a"):
        shown = said(paper(number, Words(drill=pasted, lang="zh")))
        assert "&lt;坍塌&gt; &amp; 被困" in shown
