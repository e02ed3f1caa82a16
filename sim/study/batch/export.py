"""Writes the tables of a run for other programs: CSV, Parquet, or one Excel workbook; whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex

import duckdb

from sim.common.errors import InputError, Problem
from sim.study.batch.tables import DAMAGED, RESULTS, Run, columns_of, reading, unreadable_file
from sim.study.batch.workbook import write_workbook
from sim.study.folder import FolderError, writing
from sim.study.parts import PARQUET, copied

FORMS = ("csv", "xlsx", "parquet")


def export(run: Run, form: str, out: Path, tables: Sequence[str] = ()) -> list[Path]:
    """Write *tables* of *run* (all that have rows, if none are named) in *form*; returns the files.

    *out* is the workbook, or the folder for a file per table; it must not exist yet. Raises :class:`InputError` for a
    form or table that there is not, for what exists, and for a table that is too long for Excel.
    """
    if form not in FORMS:
        known = ", ".join(FORMS)
        raise InputError([Problem(code="export.form", file="--to", value=form, params={"known": known})])
    if out.exists():
        raise InputError([Problem(code="export.exists", file=str(out))])
    draft = out.with_name(f".tmp-{out.name}-{token_hex(4)}")
    try:
        with writing(out.parent), reading(run, locked=False) as connection:
            names = _wanted(connection, tables)
            out.parent.mkdir(parents=True, exist_ok=True)
            if form == "xlsx":
                write_workbook(connection, names, draft)
            else:
                _write_files(connection, names, draft, form)
            draft.replace(out)
    except duckdb.Error as error:
        file = unreadable_file(error)
        if not file:
            raise
        raise FolderError(DAMAGED, file=file) from error
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)
    return [out] if form == "xlsx" else sorted(out.iterdir())


def _wanted(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> list[str]:
    """Return the tables that are asked for, in the order of the run; those without a row only if they are named."""
    known = columns_of(connection)
    unknown = [table for table in tables if table not in known]
    if unknown:
        params = {"known": ", ".join(known)}
        raise InputError(Problem(code="export.table", file="--table", value=table, params=params) for table in unknown)
    if tables:
        return [table for table in known if table in tables]
    return [table for table in known if table != RESULTS and _has_rows(connection, table)]


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def _write_files(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], folder: Path, form: str) -> None:
    """Write a file per table into the new *folder*."""
    folder.mkdir()
    how = PARQUET if form == "parquet" else "FORMAT csv, HEADER"
    for table in tables:
        copied(connection, f"SELECT * FROM {table}", folder / f"{table}.{form}", how)
