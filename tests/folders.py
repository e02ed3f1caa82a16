"""The shipped examples for tests: where they are, copies to spoil, cells to change."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CITY = ROOT / "scenarios" / "shizuishan"
LAYOUTS = ROOT / "experiments" / "layouts"

Rows = list[dict[str, str]]
Spoil = Callable[[Path], None]


def copy_examples(folder: Path) -> Path:
    """Copy cities and studies to *folder* and return it."""
    for name in ("scenarios", "experiments"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def copy_city(folder: Path) -> Path:
    """Copy the reference city to *folder*/city and return it."""
    return Path(shutil.copytree(CITY, folder / "city"))


def edit(path: Path, change: Callable[[Rows], object], encoding: str = "utf-8") -> None:
    """Let *change* work on the rows of the table *path*; a column that it adds to the first row is added."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(reader), list(reader.fieldnames or [])
    change(rows)
    names += [name for name in (rows[0] if rows else {}) if name not in names]
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


def cell(table: str, row: int, column: str, value: str) -> Spoil:
    """Return a change of one cell of *table*; *row* is the line that a spreadsheet shows (header = 1)."""
    return lambda city: edit(city / table, lambda rows: rows[row - 2].update({column: value}))


def without(table: str, test: Callable[[dict[str, str]], bool]) -> Spoil:
    """Return a change that removes the rows of *table* for which *test* holds."""

    def change(rows: Rows) -> None:
        rows[:] = [row for row in rows if not test(row)]

    return lambda city: edit(city / table, change)


def put(file: str, content: str | bytes) -> Spoil:
    """Return a change that replaces the content of *file*."""
    raw = content.encode() if isinstance(content, str) else content

    def change(city: Path) -> None:
        (city / file).write_bytes(raw)

    return change


def replace(file: str, old: str, new: str) -> Spoil:
    """Return a change of the text of *file*; *old* must be there."""

    def change(city: Path) -> None:
        text = (city / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        (city / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


def workbook(path: Path, rows: list[list[str]]) -> None:
    """Write *rows* as the first sheet of a minimal Excel file."""
    def cell_of(word: str) -> str:
        escaped = word.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'

    head = '<?xml version="1.0" encoding="UTF-8"?>'
    sheet = "".join(f"<row>{''.join(map(cell_of, row))}</row>" for row in rows)
    space, office = "http://schemas.openxmlformats.org", "officeDocument/2006/relationships"
    main = f'xmlns="{space}/spreadsheetml/2006/main"'
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{space}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{space}/package/2006/relationships">'
        f'<Relationship Id="r" Type="{space}/{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook {main} xmlns:r="{space}/{office}">'
        '<sheets><sheet name="a" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{space}/package/2006/relationships">'
        f'<Relationship Id="r" Type="{space}/{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{head}<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def as_workbook(csv_file: Path, name: str) -> None:
    """Put a workbook called *name* in the place of the table *csv_file*."""
    with csv_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    csv_file.unlink()
    workbook(csv_file.with_name(name), rows)
