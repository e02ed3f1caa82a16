"""Writes the report: one HTML file that holds everything it shows and never calls out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.common.texts import LANGUAGES
from sim.measure.verdict import Comparison, is_time
from sim.plan.model import Target
from sim.report import (
    chain,
    changes,
    evacuation,
    gas,
    hazard,
    jumps,
    leaks,
    origins,
    pictures,
    townships,
    verdicts,
    why,
)
from sim.report.conclusion import conclusion, not_entered
from sim.report.figures.style import columns_of
from sim.report.page import rendered
from sim.report.replay import Replay
from sim.report.source import Source, gather
from sim.report.words import Words
from sim.study.folder import read_manifest, write_text, writing
from sim.study.run import RunResult

METHODS = ("replay", "pairs", "interval", "statistics", "targets", "roads", "relief", "medical", "left_out")
MODELS = {"earthquake": "model_earthquake", "flood": "model_flood", "chemical": "model_chemical"}
"""How a hazard is modelled, by its name in a scenario."""


def write_report(run: RunResult, comparison: Comparison, lang: str, path: Path) -> None:
    """Write the report of *run* and its *comparison* in *lang* (``zh`` or ``en``) to the HTML file *path*.

    The file is complete in itself: no network, no other file. Raises ``ValueError`` for a language that there is not,
    :class:`~sim.study.folder.FolderError` if *path* cannot be written.
    """
    if lang not in LANGUAGES:
        msg = f"no report in the language {lang!r}; there are {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    page = render(gather(run, comparison, lang))
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, page)


def render(source: Source) -> str:
    """Return the page."""
    return rendered("report.html.j2", source.words.lang, **_context(source))


def _context(source: Source) -> dict[str, Any]:
    words = source.words
    return {
        "t": words,
        "layouts": source.layouts,
        "columns": columns_of,
        **_head(source),
        **_verdicts(source),
        **_why(source),
        **_evacuation(source),
        **_gas(source),
        **_pictures(source),
        **_origins(source),
    }


def _head(source: Source) -> dict[str, Any]:
    words, study = source.words, source.run.study
    manifest = read_manifest(source.run.folder) or {}
    facts = [
        ("city", words.of(source.city.name)),
        ("scenario", words.of(source.inputs.hazard.name)),
        (
            "n",
            words("fact.n.value", n=words.number(study.replications), detail=words.number(source.detail_replications)),
        ),
        ("seed", str(study.seed)),
        ("confidence", words.percent(study.confidence, 0)),
        (
            "date",
            str(manifest.get("finished") or manifest.get("started") or words("nothing"))
            .replace("T", " ")
            .removesuffix("+00:00"),
        ),
        ("versions", words.listed([f"{name} {number}" for name, number in manifest.get("versions", {}).items()])),
        ("fingerprint", _fingerprint(manifest)),
    ]
    return {
        "title": words("title", study=words.of(study.name), city=words.of(source.city.name)),
        "study": words.of(study.name),
        "facts": [(words(f"fact.{key}"), value) for key, value in facts],
        "conclusion": conclusion(source.comparison, source.inputs, source.layouts, words),
        "scope": words(
            "conclusion.scope" if len(source.layouts) > 1 else "conclusion.scope_one",
            n=words.number(study.replications),
            scenario=words.of(source.inputs.hazard.name),
            layouts=len(source.layouts),
            confidence=words.percent(study.confidence, 0),
        ),
        "doubt": origins.doubt_sentence(source.inputs, words),
    }


def _is_city_time(target: Target) -> bool:
    return target.kind == "simulated" and is_time(target.measure)


def _fingerprint(manifest: dict[str, Any]) -> str:
    inputs = manifest.get("identity", {}).get("inputs", {})
    lines = "\n".join(f"{name} {digest}" for name, digest in sorted(inputs.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16] if inputs else "–"


def _verdicts(source: Source) -> dict[str, Any]:
    targets = {target.target_id: source.words.of(target.name) for target in source.inputs.plan.targets}
    return {
        "targets": verdicts.verdict_blocks(source.comparison, source.inputs, source.layouts, source.words),
        "measures": verdicts.measure_lines(source.comparison, source.layouts, source.words),
        "equity": verdicts.equity_blocks(source.comparison, source.inputs, source.layouts, source.words),
        "city_time": any(_is_city_time(target) for target in source.inputs.plan.targets),
        "not_entered": not_entered(source.comparison, source.inputs, source.words),
        "pairing": verdicts.pairing_sentence(source.comparison, source.layouts, source.words),
        "not_shown": [targets[target] for target in source.comparison.not_shown if target in targets],
    }


def _why(source: Source) -> dict[str, Any]:
    return {
        "time_figures": why.time_figures(source),
        "short_figure": why.short_figure(source),
        "short_spots": [(layout.label, why.short_spots(source, layout)) for layout in source.layouts],
        "ran_out": [(layout.label, *why.ran_out(source, i)) for i, layout in enumerate(source.layouts)],
        "jumps": jumps.jump_sentences(source),
        "kinds": why.kind_lines(source),
        "leak_sentences": leaks.why_sentences(source),
    }


def _evacuation(source: Source) -> dict[str, Any]:
    return {
        "evacuation_figure": evacuation.evacuation_figure(source),
        "exposure": evacuation.exposure_rows(source),
        "unwarned_fire": evacuation.is_unwarned_fire(source),
        "shut_in": any(danger.release >= 0 for danger in source.played.scenario.dangers),
        "exposed_maps": pictures.answer_maps(source, "exposed_people"),
    }


def _gas(source: Source) -> dict[str, Any]:
    trees, more = chain.chain_figures(source)
    return {
        "gas_panels": gas.gas_panels(source),
        "gas_more": max(0, len(source.played.logs[0].gas) - gas.SHOWN),
        "chain_figures": trees,
        "chain_more": more,
        "chain_says": _says(source.chained, source.words),
        "chain_lines": chain.chain_lines(source),
    }


def _pictures(source: Source) -> dict[str, Any]:
    words = source.words
    return {
        "position_maps": pictures.position_maps(source),
        "hazard_maps": hazard.hazard_maps(source),
        "water_maps": hazard.water_maps(source),
        "shakes": source.shakes,
        "faults": source.shakes and bool(source.city.faults),
        "arrival_maps": pictures.answer_maps(source, "arrival_p50_min"),
        "relief_maps": pictures.answer_maps(source, "relief_share_10h"),
        "curve_figures": pictures.curve_figures(source),
        "tier_figure": pictures.tier_figure(source),
        "team_figures": pictures.team_figures(source),
        "timetable": pictures.timetable(source),
        "headlines": pictures.headlines(source),
        "replay_says": _says(source.played, words),
    }


def _says(played: Replay, words: Words) -> str:
    """Return which replication was played again, and when and in what weather it begins."""
    scenario = played.scenario
    return words(
        "replay.says",
        replication=played.replication,
        title=words.of(scenario.title),
        month=scenario.month,
        clock=f"{int(scenario.hour):02d}:{int(scenario.hour % 1 * 60):02d}",
        temp=words.number(scenario.temp_c, 0),
    )


def _origins(source: Source) -> dict[str, Any]:
    words = source.words
    lines, more = changes.zone_changes(source.comparison, source.inputs, source.layouts, words)
    return {
        "changes": lines,
        "changes_more": more,
        "changes_caption": words("changes.caption", confidence=words.percent(source.comparison.confidence, 0)),
        "hit": _named(townships.HIT, source),
        "answer": _named(townships.ANSWER, source),
        "townships": townships.township_rows(source.city, source.zone_values, source.layouts, words),
        "assumptions": origins.assumption_rows(source.inputs, words),
        "trust": origins.trust_rows(source.inputs, words),
        "evidence": [(tag, words(f"evidence.{tag}")) for tag in ("L", "C", "K", "J", "U")],
        "methods": [(words(f"method.{key}"), words(f"method.{key}.text")) for key in _methods(source)],
    }


def _named(measures: Sequence[str], source: Source) -> list[str]:
    return [source.words.measure(m) for m in townships.columns(measures, source.zone_values, source.layouts)]


def _methods(source: Source) -> list[str]:
    """Return the methods that this study has used: the hazard's own, and evacuation where people were to leave."""
    model = MODELS.get(source.played.scenario.hazard)
    own = ([model] if model else []) + (["evacuation"] if source.evacuation else [])
    if source.played.scenario.releases and "model_chemical" not in own:
        own.append("model_chemical")
    first = METHODS.index("roads")
    return [*METHODS[:first], *own, *METHODS[first:]]
