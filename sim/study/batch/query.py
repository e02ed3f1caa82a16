"""Answers a question in SQL about the tables of a run, and says of a mistake in it what was most likely meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import duckdb

from sim.common.errors import TurnoutError
from sim.common.texts import text
from sim.study.batch.tables import DAMAGED, Run, columns_of, reading, unreadable_file
from sim.study.folder import FolderError

EMPTY, ONLY_SELECT, NO_TABLE, NO_COLUMN, WRONG = "empty", "only_select", "no_table", "no_column", "wrong"
READS = ("SELECT", "EXPLAIN", "MULTI")
"""Kinds of statements that only read; PIVOT is several in one."""
BLOCK = 10_000
"""Rows that are fetched at once."""
TRIES = 3
"""A run that goes on joins parts, and takes away those that we are about to read."""


class QueryError(TurnoutError):
    """A question that cannot be answered."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(self.line("en"))

    def line(self, lang: str) -> str:
        """Return what is wrong and what was most likely meant as one line."""
        return text(f"problem.query.{self.code}", lang, **self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows that a question has, from the first one on."""

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    """Types of the columns."""
    rows: Iterator[tuple[object, ...]]


@contextmanager
def ask(run: Run, sql: str) -> Iterator[Answer]:
    """Give the answer to *sql*, a single statement that reads.

    Raises :class:`QueryError` for a mistake in *sql*, :class:`FolderError` for a file that cannot be read.
    """
    with ExitStack() as stack:
        yield _answer(run, sql, stack)


def _answer(run: Run, sql: str, stack: ExitStack) -> Answer:
    attempt, tables = 0, {}
    while True:
        attempt += 1
        try:
            connection = stack.enter_context(reading(run))
            tables = columns_of(connection)
            _check(connection, sql)
            asked = connection.execute(sql)
            first = asked.fetchmany(BLOCK)
        except duckdb.Error as error:
            file = unreadable_file(error)
            if file and attempt < TRIES:
                continue
            raise FolderError(DAMAGED, file=file) if file else _mistake(error, sql, tables) from error
        described = asked.description or []
        return Answer(
            columns=tuple(str(column[0]) for column in described), kinds=tuple(str(column[1]) for column in described),
            rows=_rows(asked, first),
        )


def _rows(asked: duckdb.DuckDBPyConnection, block: list[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    while block:
        yield from block
        block = asked.fetchmany(BLOCK)


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if not statements:
        raise QueryError(EMPTY)
    if len(statements) > 1 or statements[0].type.name not in READS:
        raise QueryError(ONLY_SELECT)


def _mistake(error: duckdb.Error, sql: str, tables: Mapping[str, Mapping[str, str]]) -> QueryError:
    """Return what is wrong with *sql*; names that there are not with the nearest ones that there are."""
    said = str(error)
    table = re.search(r'Table with name "?(.+?)"? does not exist', said)
    if table and tables:
        return QueryError(NO_TABLE, name=table.group(1), known=_near(table.group(1), tables))
    column = re.search(r'column "([^"]+)" not found|a column named "([^"]+)"', said)
    if column and tables:
        name = column.group(1) or column.group(2)
        asked = [table for table in tables if re.search(rf"\b{re.escape(table)}\b", sql, re.IGNORECASE)]
        known = {column: "" for table in asked or tables for column in tables[table]}
        return QueryError(NO_COLUMN, name=name, known=_near(name, known))
    first = re.sub(r"^\w+( \w+)* Error: ", "", said.splitlines()[0])
    return QueryError(WRONG, why=" ".join(first.split()))


def _near(name: str, known: Mapping[str, object]) -> str:
    """Return the three nearest names that are *known*; all of them if none is near."""
    return ", ".join(difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5) or known)
