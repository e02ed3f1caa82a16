"""The workbooks and data files: every sheet, marks, print setup, drop-downs, texts that stay texts, equal bytes."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from drill.sample import sample
from drill.sheets.edits import HEAD, NAMES, cells_of, exported, place, two_goals

from sim.common.errors import InputError
from sim.common.types import Text
from sim.drill import model as m
from sim.drill.review.log_file import read_log
from sim.drill.review.review import dry_run
from sim.drill.sheets.columns import KEYS, SHEETS, columns
from sim.drill.sheets.data_files import FILES, guarded, unguarded
from sim.drill.sheets.say import OWN, PAPERS, names_of
from sim.drill.sheets.write import LOG, MSEL, write_sheets
from sim.drill.store import read_drill


def parts(file: Path, pattern: str) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        return [packed.read(name).decode() for name in packed.namelist() if re.fullmatch(pattern, name)]


def test_equal_drills_give_equal_bytes_and_all_files_are_there(tmp_path: Path) -> None:
    first, second = write_sheets(two_goals(), tmp_path / "a"), write_sheets(two_goals(), tmp_path / "b")
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in second]
    names = {each.relative_to(tmp_path / "a").as_posix() for each in first}
    assert names == {
        MSEL, LOG, *(f"data/{name}.csv" for name in FILES), *(f"data/schema/{name}.json" for name in FILES),
        "data/drill.json", "data/schema/drill.schema.json",
    }
    changed = replace(sample(), overview=replace(sample().overview, version=2))
    assert exported(changed, tmp_path / "c").read_bytes() != first[0].read_bytes()


def test_no_clock_and_no_machine_in_the_zip(tmp_path: Path) -> None:
    file = exported(sample(), tmp_path)
    with zipfile.ZipFile(file) as packed:
        assert {each.date_time for each in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    (core,) = parts(file, "docProps/core.xml")
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-11-26T00:00:00Z"}


def test_all_sheets_have_their_columns_in_both_languages(tmp_path: Path) -> None:
    cells = cells_of(exported(two_goals(), tmp_path))
    assert len(cells) == len(SHEETS)
    for (name, rows), sheet in zip(cells.items(), SHEETS, strict=True):
        assert len(name) <= 31
        assert rows[HEAD] == [each.head for each in columns(sheet)], name
        assert all("\n" in str(head) for head in rows[HEAD])
        marks = " ".join(str(cell) for cell in rows[0])
        for wanted in ("【演练】 EXERCISE ONLY", "drill-sample", "第1版 version 1", "导调与组织人员"):
            assert wanted in marks


def test_every_sheet_is_printed_on_a3_with_mark_and_head(tmp_path: Path) -> None:
    for file in write_sheets(two_goals(), tmp_path)[:2]:
        (book,) = parts(file, "xl/workbook.xml")
        sheets = parts(file, r"xl/worksheets/sheet\d+\.xml")
        assert book.count("_xlnm.Print_Titles") >= len(sheets)
        assert book.count('name="_xlnm.Print_Area"') == len(sheets)
        for xml in sheets:
            assert re.search(r'<pageSetup[^>]*paperSize="8"[^>]*orientation="landscape"', xml)
            assert 'state="frozen"' in xml
            assert "<autoFilter" in xml
            for part in ("oddHeader", "oddFooter"):
                said = re.search(rf"<{part}>(.*?)</{part}>", xml)
                assert said is not None
                assert "【演练】 EXERCISE ONLY · drill-sample · 第1版 version 1" in said[1]
                assert len(said[1]) <= 255


def test_drop_downs_point_at_words_that_are_understood(tmp_path: Path) -> None:
    file = exported(two_goals(), tmp_path)
    cells = cells_of(file)
    lists = cells["字典 Lists"]
    xml = "".join(parts(file, r"xl/worksheets/sheet\d+\.xml"))
    found = re.findall(r"<formula1>'字典 Lists'!\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)</formula1>", xml)
    assert len(found) == 14
    for letter, first, last in found:
        column = [row[ord(letter) - 65] for row in lists[int(first) - 1 : int(last)]]
        assert all(column), "no empty choice"
        assert len(lists) == int(last) or not lists[int(last)][ord(letter) - 65], "no choice left out"


def test_the_log_form_is_read_by_the_review(tmp_path: Path) -> None:
    drill = sample()
    write_sheets(drill, tmp_path)
    for file in (LOG, MSEL):
        rows = read_log(tmp_path / file, drill)
        assert [row.event for row in rows if not row.inject_id and not row.action_id] == ["startex", "endex"]
        assert {row.action_id for row in rows if row.action_id} == {each.action_id for each in drill.actions}
        told = {row.inject_id for row in rows if row.event == "inject_delivered"}
        assert told == {each.inject_id for each in drill.injects if each.kind != "admin"}
        assert not any(row.problem for row in rows)
    assert next(iter(cells_of(tmp_path / LOG))) == "现场记录"
    assert not [each for each in dry_run(drill, tmp_path / LOG) if each.outcome == "rejected"]


@pytest.mark.parametrize("template", ["aqt9009_field", "aqt9009_tabletop", "hseep_eeg", "score100"])
def test_the_score_sheet_follows_the_template(template: str, tmp_path: Path) -> None:
    drill = replace(sample(), evaluation_template=template)
    rows = [row for row in cells_of(exported(drill, tmp_path))["评分 Score"][HEAD + 1 :] if row[0]]
    assert len(rows) == {"aqt9009_field": 19, "aqt9009_tabletop": 7, "hseep_eeg": 1, "score100": 8}[template]
    if template == "aqt9009_field":
        told = [row for row in rows if row[place("score", "item_id")] == "1.7"]
        assert "A-001-1" in str(told[0][place("score", "answered_by")])
        assert "【待核对】" in str(rows[0][place("score", "point_zh")])
        assert "【待核对】" not in str(told[0][place("score", "point_zh")])


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_sheets(replace(sample(), evaluation_template="nobody"), tmp_path)


def test_a_text_that_no_cell_holds_is_refused(tmp_path: Path) -> None:
    drill = sample()
    long = replace(drill.injects[1], message=Text("长" * 40000, "long"))
    with pytest.raises(InputError) as caught:
        write_sheets(replace(drill, injects=(drill.injects[0], long, *drill.injects[2:])), tmp_path)
    assert caught.value.problems[0].column == "message_zh"


FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "'=already")


@pytest.mark.parametrize("said", FORMULAS)
def test_texts_that_look_like_formulas_stay_texts(said: str, tmp_path: Path) -> None:
    drill = sample()
    odd = replace(drill.injects[1], title=Text(said, said), controller=said)
    write_sheets(replace(drill, injects=(drill.injects[0], odd, *drill.injects[2:])), tmp_path)
    for file in (MSEL, LOG):
        assert not any("<f>" in xml or "<hyperlink " in xml for xml in parts(tmp_path / file, r"xl/worksheets/.*xml"))
    row = next(row for row in cells_of(tmp_path / MSEL)[NAMES["msel"]] if row[place("msel", "inject_id")] == "I-001")
    assert row[place("msel", "title_zh")] == said
    assert unguarded(guarded(said)) == said
    with (tmp_path / "data" / "injects.csv").open(encoding="utf-8-sig", newline="") as file:
        found = next(row for row in csv.DictReader(file) if row["inject_id"] == "I-001")
    assert found["title_zh"].startswith("'")
    assert unguarded(found["title_zh"]) == said


def test_data_files_fit_their_schemas(tmp_path: Path) -> None:
    write_sheets(two_goals(), tmp_path)
    checks = {"number": float, "integer": int, "boolean": lambda said: {"true": 1, "false": 0}[said], "string": str}
    for name, sheet in FILES.items():
        schema = json.loads((tmp_path / "data" / "schema" / f"{name}.json").read_text(encoding="utf-8"))
        data = (tmp_path / "data" / f"{name}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
        assert rows
        assert [each["name"] for each in schema["fields"]] == list(rows[0])
        assert schema["primaryKey"] == list(KEYS[sheet])
        keys = [tuple(row[key] for key in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        for field in schema["fields"]:
            for row in rows:
                if row[field["name"]]:
                    checks[field["type"]](row[field["name"]])
                    assert row[field["name"]] in field.get("constraints", {}).get("enum", [row[field["name"]]])
    assert read_drill(tmp_path / "data" / "drill.json") == two_goals()
    schema = json.loads((tmp_path / "data" / "schema" / "drill.schema.json").read_text(encoding="utf-8"))
    assert "Drill" in schema["$defs"]


def test_the_benchmarks_file_holds_both_laws(tmp_path: Path) -> None:
    write_sheets(sample(), tmp_path)
    with (tmp_path / "data" / "benchmarks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    law = sample().actions[0].benchmark
    assert law is not None
    own = next(row for row in rows if (row["action_id"], row["clock"]) == ("A-001-1", "received"))
    assert float(own["p50"]) == law.p50
    assert float(own["p_meet_limit"]) == round(law.p_meet_limit or 0, 3)
    assert own["generated_at"] == "2026-11-26"
    assert own["n"] == "200"
    assert sum(row["action_id"] == "A-001-1" for row in rows) == 2
    assert not [row for row in rows if row["action_id"] == "A-002-2"]


def test_few_copies_hide_p95_and_what_is_never_done_is_said(tmp_path: Path) -> None:
    drill = sample()
    law = drill.actions[0].benchmark
    assert law is not None
    few = replace(drill.actions[0], benchmark=replace(law, values=law.values[:30], p95=None))
    never = replace(drill.actions[1], benchmark=replace(law, p90=None, p95=None))
    cells = cells_of(exported(replace(drill, actions=(few, never, *drill.actions[2:])), tmp_path))[NAMES["actions"]]
    said = {row[0]: row for row in cells[HEAD + 1 :]}
    assert said["A-001-1"][place("actions", "p95")] == "少于100次，不列 under 100 copies, not shown"
    assert said["A-001-2"][place("actions", "p95")] == "未完成 never"


def test_every_coded_value_has_two_names() -> None:
    for area in {*PAPERS, *OWN}:
        for value, name in names_of(area).items():
            assert name.zh, (area, value)
            assert name.en, (area, value)
    assert {*m.MODES} == {*names_of("mode")}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_an_office_shows_every_page_without_cut_numbers(tmp_path: Path) -> None:
    files = write_sheets(two_goals(), tmp_path)[:2]
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path / "pdf"), *map(str, files)],
        check=True, capture_output=True, timeout=200,
    )
    for file in sorted((tmp_path / "pdf").glob("*.pdf")):
        said = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True).stdout.decode()
        pages = said.split("\f")[:-1]
        assert len(pages) <= 25
        assert all("EXERCISE ONLY" in page for page in pages)
        assert "###" not in said
