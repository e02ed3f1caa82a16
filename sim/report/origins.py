"""Where every number comes from: assumptions with source and evidence, and how far the data can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.city.model import City
from sim.common.coefficients import Coefficient
from sim.hazard.assumptions import assumptions_of
from sim.plan.read_plan import CITY_TABLES, COLUMNS, table
from sim.report.words import Words
from sim.study.model import Inputs

OVERRIDDEN = "U"
"""Evidence tag of a number that the user replaced."""

LABELS = ("capability", "indicator")
"""Second columns that say what a line of a rule table is about."""

SURE = {"measured", "published"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A number of a model, ready to show."""

    group: str
    key: str
    value: str
    unit: str
    span: str
    source: str
    evidence: str
    note: str
    overridden: bool


def assumption_rows(inputs: Inputs, words: Words) -> list[Assumption]:
    """Return every number of the response, the rule tables and the hazard; those that the user replaced are marked."""
    hazard = inputs.hazard.coefficients.rows
    ours = [("response", row) for row in inputs.plan.coefficients.rows.values()]
    theirs = [("hazard", hazard.get(row.key, row)) for row in assumptions_of(inputs.hazard)]
    rules = [("plan", row) for row in rule_rows(inputs.city)]
    return [_shown(group, row, words) for group, row in (*ours, *rules, *theirs)]


def rule_rows(city: City) -> Iterator[Coefficient]:
    """Yield every number of the rule tables that the plan was read from: kinds, skills, crew types, items ..."""
    for name, columns in COLUMNS.items():
        if name in CITY_TABLES:
            continue
        first = columns[0].name
        for record in table(city.folder / "plan", name, columns, []).records():
            label = " ".join(str(record[key]) for key in (first, *LABELS) if key in record)
            for column, value in record.items():
                if column != first and isinstance(value, float | int) and math.isfinite(value):
                    yield Coefficient(
                        key=f"{name}: {label} {column}",
                        value=float(value),
                        unit="",
                        source=record["source"],
                        evidence=record["evidence"],
                        note=str(record.get("note") or ""),
                    )


def _shown(group: str, row: Coefficient, words: Words) -> Assumption:
    span = "" if row.low is None or row.high is None else f"{row.low:g} … {row.high:g}"
    return Assumption(
        group=words(f"assumptions.{group}"),
        key=row.key,
        value=f"{row.value:,.6g}",
        unit=row.unit,
        span=span,
        source=row.source,
        evidence=row.evidence,
        note=row.note,
        overridden=row.evidence == OVERRIDDEN,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far one file can be trusted."""

    file: str
    rows: str
    parts: str
    sources: str
    doubtful: bool


def trust_rows(inputs: Inputs, words: Words) -> list[Trust]:
    """Return the files of the city and the ledgers with their rows by confidence."""
    rows = [_trust(p.file, p.confidence, p.sources, words) for p in inputs.city.provenance]
    return rows + [_trust(file, counts, (), words) for file, counts in inputs.ledger.doubts.items()]


def _trust(file: str, counts: Mapping[str, int], sources: Iterable[str], words: Words) -> Trust:
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    parts = [words("trust.part", word=words.confidence(word), count=f"{count:,}") for word, count in ordered if count]
    return Trust(
        file=file,
        rows=f"{sum(counts.values()):,}",
        parts=words.listed(parts),
        sources="; ".join(sources),
        doubtful=not set(counts) <= SURE,
    )


def doubt_sentence(inputs: Inputs, words: Words) -> str:
    """Return one sentence for the banner: how many rows of the inputs are made up or estimated, and in which files."""
    files: dict[str, Mapping[str, int]] = {p.file: p.confidence for p in inputs.city.provenance}
    files |= dict(inputs.ledger.doubts)
    synthetic = {file: counts["synthetic"] for file, counts in files.items() if counts.get("synthetic")}
    estimated = {file: counts["estimated"] for file, counts in files.items() if counts.get("estimated")}
    total = sum(sum(counts.values()) for counts in files.values())
    if not synthetic and not estimated:
        return words("banner.sure")
    return words(
        "banner.doubt",
        total=f"{total:,}",
        synthetic=f"{sum(synthetic.values()):,}",
        estimated=f"{sum(estimated.values()):,}",
        synthetic_files=words.listed(sorted(synthetic)) or words("nothing"),
        estimated_files=words.listed(sorted(estimated)) or words("nothing"),
    )
