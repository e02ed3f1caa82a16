"""Finished chunks of replications as Parquet parts, written whole or not at all, and joined into the final tables."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import duckdb
from numpy.typing import NDArray

SCHEMA: Mapping[str, Mapping[str, str]] = {
    "measures": {
        "layout": "VARCHAR", "replication": "INTEGER", "measure": "VARCHAR", "zone": "VARCHAR", "value": "DOUBLE",
    },
    "scenarios": {"replication": "INTEGER", "fact": "VARCHAR", "value": "DOUBLE"},
    "curves": {
        "layout": "VARCHAR", "replication": "INTEGER", "curve": "VARCHAR", "minute": "FLOAT", "value": "DOUBLE",
    },
    "demands": {
        "layout": "VARCHAR", "replication": "INTEGER", "demand": "INTEGER", "kind": "VARCHAR", "zone": "VARCHAR",
        "quantity": "FLOAT", "real_min": "FLOAT", "known_min": "FLOAT", "dispatched_min": "FLOAT",
        "arrived_min": "FLOAT", "local_arrived_min": "FLOAT", "started_min": "FLOAT", "done_min": "FLOAT",
        "state": "TINYINT", "crews_sent": "INTEGER", "crew_min": "FLOAT", "left_work_crew_min": "FLOAT",
        "unreachable_min": "FLOAT",
    },
    "relief": {
        "layout": "VARCHAR", "replication": "INTEGER", "shelter": "VARCHAR", "zone": "VARCHAR", "people": "INTEGER",
        "displaced_min": "FLOAT", "relieved_min": "FLOAT", "last_line": "VARCHAR",
    },
    "crews": {
        "layout": "VARCHAR", "replication": "INTEGER", "team": "VARCHAR", "people": "INTEGER", "available_min": "FLOAT",
        "travel_min": "FLOAT", "work_min": "FLOAT", "rest_min": "FLOAT", "jobs": "INTEGER",
    },
    "evacuation": {
        "layout": "VARCHAR", "replication": "INTEGER", "danger": "INTEGER", "zone": "VARCHAR", "people": "INTEGER",
        "strike_min": "FLOAT", "by_themselves": "FLOAT", "by_bus": "FLOAT", "exposed": "FLOAT",
    },
    "gas": {
        "layout": "VARCHAR", "replication": "INTEGER", "release": "INTEGER", "event": "INTEGER", "vessel": "VARCHAR",
        "substance": "VARCHAR", "site": "VARCHAR", "began_min": "FLOAT", "flow_ended_min": "FLOAT",
        "ended_min": "FLOAT", "held_kg": "DOUBLE", "aired_kg": "DOUBLE", "washed_kg": "DOUBLE", "vessel_kg": "DOUBLE",
        "pool_kg": "DOUBLE", "red_people": "FLOAT", "orange_people": "FLOAT", "yellow_people": "FLOAT",
        "exposed_people": "FLOAT", "hurt": "INTEGER", "died_exposed": "INTEGER", "closed_by_crews": "TINYINT",
    },
    "chain": {
        "layout": "VARCHAR", "replication": "INTEGER", "event": "INTEGER", "kind": "VARCHAR", "name_zh": "VARCHAR",
        "name_en": "VARCHAR", "parent": "INTEGER", "start_min": "FLOAT", "happened": "TINYINT",
    },
}
"""Columns of the tables of a run. Minutes since T0, ``inf`` for never; ``zone`` is empty for the whole city."""

DETAIL = ("demands", "relief", "crews", "evacuation", "gas", "chain")
"""Tables kept row by row for the first replications only."""

PARQUET = "FORMAT parquet, COMPRESSION zstd"
SUMS = "sums.json"
"""SHA-256 of every other file of a part, so that a damaged part is found out."""
CPU_S = "cpu_s.txt"

Columns = Mapping[str, NDArray[Any]]


def connect() -> duckdb.DuckDBPyConnection:
    """Return a reader and writer of Parquet in memory; one thread, so that sums and rows keep their order."""
    return duckdb.connect(config={"threads": 1})


def write_table(path: Path, table: str, columns: Columns) -> None:
    """Write *columns* of *table* to the Parquet file *path*."""
    select = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in SCHEMA[table].items())
    with connect() as connection:
        connection.register("rows", dict(columns))
        connection.execute(f"COPY (SELECT {select} FROM rows) TO {quoted(path)} ({PARQUET})")


def part_name(first: int, last: int) -> str:
    """Return the folder name of the part that holds the replications *first* to *last* (inclusive)."""
    return f"part-{first:07d}-{last:07d}"


def write_part(folder: Path, first: int, last: int, tables: Mapping[str, Columns], cpu_s: float) -> None:
    """Write the tables of the replications *first* to *last* as one part of *folder*.

    The part appears under its name when all of it is on the disk; whatever goes wrong leaves nothing behind.
    """
    with publishing(folder, first, last, [CPU_S, *(f"{table}.parquet" for table in tables)]) as draft:
        for table, columns in tables.items():
            write_table(draft / f"{table}.parquet", table, columns)
        (draft / CPU_S).write_text(f"{cpu_s:.3f}", encoding="utf-8")


@contextmanager
def publishing(folder: Path, first: int, last: int, files: Iterable[str]) -> Iterator[Path]:
    """Give a draft folder that becomes the part of the replications *first* to *last* once it is on the disk.

    All of the *files* must be in it by then. Nothing is left of it if anything goes wrong, or if somebody else has
    published this very part meanwhile.
    """
    part = folder / part_name(first, last)
    draft = folder / f".tmp-{part.name}-{os.getpid()}-{token_hex(4)}"
    try:
        draft.mkdir()
        yield draft
        sums = {file: _sha256(draft / file) for file in files}
        (draft / SUMS).write_text(json.dumps(sums), encoding="utf-8")
        for file in (*sums, SUMS):
            with (draft / file).open("r+b") as stream:
                os.fsync(stream.fileno())
        names_to_disk(draft)
        _put(draft, part)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _put(draft: Path, part: Path) -> None:
    """Give *draft* its name; a part that has it already holds the same rows, and stays."""
    try:
        draft.replace(part)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EACCES) or not part.is_dir():
            raise
        shutil.rmtree(draft)
    names_to_disk(part.parent)


def names_to_disk(folder: Path) -> None:
    """Keep the names in *folder* through a power cut; where folders cannot be opened, the system sees to it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def parts_of(folder: Path) -> list[tuple[int, int, Path]]:
    """Return (first, last, path) of every finished part of *folder*, in the order of the replications.

    No replication is in two of them: of parts that overlap, the one that begins first counts, the longest of these.
    """
    found: list[tuple[int, int, Path]] = []
    for first, last, path in every_part(folder):
        if not found or first > found[-1][1]:
            found.append((first, last, path))
    return found


def spare_parts(folder: Path) -> list[Path]:
    """Return the parts that hold only what others hold: a run was killed when it had just joined them."""
    kept = {path for _, _, path in parts_of(folder)}
    return [path for _, _, path in every_part(folder) if path not in kept]


def every_part(folder: Path) -> list[tuple[int, int, Path]]:
    """Return (first, last, path) of all parts of *folder*, those included that hold what others hold as well."""
    names = [(path.name.split("-"), path) for path in folder.glob("part-*-*")]
    found = [(int(name[1]), int(name[2]), path) for name, path in names]
    return sorted(found, key=lambda part: (part[0], -part[1]))


def damage(part: Path) -> str:
    """Return the name of a file of *part* that is missing or not as it was written; empty if the part is whole."""
    try:
        sums = dict(json.loads((part / SUMS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return SUMS
    return next((name for name, digest in sums.items() if not _is_whole(part / name, digest)), "" if sums else SUMS)


def _is_whole(file: Path, digest: str) -> bool:
    try:
        return _sha256(file) == digest
    except OSError:
        return False


def cpu_s_of(part: Path) -> float:
    """Return the processor seconds that the replications of *part* took."""
    return float((part / CPU_S).read_text(encoding="utf-8"))


def clear_drafts(folder: Path) -> None:
    """Remove what a killed run left half-written; what a worker elsewhere still writes to may stay for the next one."""
    for path in folder.glob(".tmp-*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def missing_chunks(folder: Path, replications: int, chunk: int) -> list[tuple[int, int]]:
    """Return the chunks (first, last) of at most *chunk* replications that no part of *folder* holds yet."""
    done = {r for first, last, _ in parts_of(folder) for r in range(first, min(last + 1, replications))}
    return list(_chunks((r for r in range(replications) if r not in done), chunk))


def _chunks(replications: Iterable[int], chunk: int) -> Iterator[tuple[int, int]]:
    """Yield runs of consecutive numbers, cut where a multiple of *chunk* begins."""
    first = last = -1
    for r in replications:
        if first >= 0 and r == last + 1 and r % chunk:
            last = r
            continue
        if first >= 0:
            yield first, last
        first = last = r
    if first >= 0:
        yield first, last


def join_parts(folder: Path, out: Path, replications: int, detail_replications: int) -> None:
    """Write the final tables of the first *replications* to *out*, row for row in the order of the replications.

    Streams from file to file: the memory does not grow with the number of replications.
    """
    parts = [path for first, _, path in parts_of(folder) if first < replications]
    for table in SCHEMA:
        if table == "curves":
            continue
        files = [path / f"{table}.parquet" for path in parts if (path / f"{table}.parquet").exists()]
        end = min(replications, detail_replications) if table in DETAIL else replications
        rows = f"{parquet(files)} WHERE replication < {end}" if files else no_rows(table)
        copy_out(f"SELECT * FROM {rows}", out / f"{table}.parquet")
    files = [path / "curves.parquet" for path in parts]
    copy_out(_band(files, replications), out / "curves.parquet")


def no_rows(table: str) -> str:
    """Return the query for *table* without any row: nothing of its kind happened."""
    columns = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in SCHEMA[table].items())
    return f"(SELECT {columns}) WHERE false"


def _band(files: list[Path], replications: int) -> str:
    """Return the query that sums curves over the replications: mean, and the tenth, half and nine tenths of them."""
    return (
        "SELECT layout, curve, minute, avg(value) AS mean, quantile_cont(value, 0.1) AS p10, "
        "quantile_cont(value, 0.5) AS p50, "
        f"quantile_cont(value, 0.9) AS p90 FROM {parquet(files)} WHERE replication < {replications} "
        "GROUP BY layout, curve, minute ORDER BY layout, curve, minute"
    )


def copy_out(query: str, path: Path) -> None:
    """Write the rows of *query* to the Parquet file *path*, whole or not at all."""
    with connect() as connection:
        copied(connection, query, path)


def copied(connection: duckdb.DuckDBPyConnection, query: str, path: Path, form: str = PARQUET) -> None:
    """Write the rows that *connection* gives for *query* to the file *path*, whole or not at all."""
    draft = path.with_name(f".tmp-{path.name}")
    try:
        connection.execute(f"COPY ({query}) TO {quoted(draft)} ({form})")
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def parquet(files: Iterable[Path], how: str = "") -> str:
    """Return the SQL that reads *files* one after the other; *how* are further words for the reader."""
    return f"read_parquet([{', '.join(quoted(path) for path in files)}]{', ' if how else ''}{how})"


def quoted(path: Path) -> str:
    """Return *path* as an SQL string."""
    escaped = path.as_posix().replace("'", "''")
    return f"'{escaped}'"
