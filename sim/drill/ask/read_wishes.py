"""Checks the stresses of a designer's file: which parameters a kind takes, and whether city and plan know the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from sim.city.model import City
from sim.common.document import line_of
from sim.common.errors import Problem
from sim.common.near import near
from sim.drill.ask.form import DesignForm, WishForm
from sim.drill.copies import cut
from sim.drill.seek.stress_params import ARROW, KINDS, SEPARATOR, Kind, Param, known_words, shared_capabilities
from sim.hazard.draw import HazardSpec, draw
from sim.measure.measures import measure
from sim.plan.model import Layout, Plan
from sim.response.respond import respond

NAMES_HORIZON_MIN = 30.0
"""Played to learn the names of the measures; they are the same however long one plays."""


def params_of(form: WishForm) -> Mapping[str, str | float]:
    """Return the parameters of a wish as the record keeps them, with the usual values where none is given."""
    usual = {name: param.default for name, param in KINDS[form.kind].params.items()}
    kept: dict[str, str | float] = {}
    for name, value in (usual | _given(form)).items():
        if isinstance(value, list):
            kept[name] = (ARROW if name == "chain" else SEPARATOR).join(map(str, value))
        elif value is not None and (name in _given(form) or _applies(form, name)):
            kept[name] = value if isinstance(value, str) else float(value)
    return kept


def _given(form: WishForm) -> dict[str, str | float | list[str]]:
    names = type(form).model_fields.keys() - {"kind", "band", "weight"}
    return {name: value for name in sorted(names) if (value := getattr(form, name)) is not None}


def _applies(form: WishForm, name: str) -> bool:
    """Tell whether a usual value has a meaning beside what is given: a sense to a measure, a share to arrivals."""
    beside = {"sense": "measure", "share": "arrival"}
    return name not in beside or beside[name] in _given(form)


def wish_problems(
    file: Path, tree: CommentedMap, form: DesignForm, city: City, plan: Plan, layout: Layout, hazard: HazardSpec
) -> Iterator[Problem]:
    """Yield what is wrong with the stresses, each with its line."""
    measures = _measures(form, city, plan, layout, hazard)
    for i, wish in enumerate(form.stress):
        kind = KINDS[wish.kind]
        for code, name, params in _wrong(wish, kind):
            yield _problem(file, tree, i, code, name, wish, params)
        for name, value in _given(wish).items():
            param = kind.params.get(name)
            if param is not None and param.known:
                known = known_words(param.known, city, plan, layout, measures)
                for word in value if isinstance(value, list) else [value]:
                    if word not in known:
                        params = {"what": param.known, "near": near(str(word), known)}
                        yield _problem(file, tree, i, "unknown_word", name, wish, params, str(word))
        if wish.until_min is not None and wish.until_min > 60.0 * form.span_h:
            yield _problem(file, tree, i, "beyond_span", "until_min", wish, {"span": f"{form.span_h:g}"})
        yield from _no_resource(file, tree, i, wish, plan, layout)


def _wrong(wish: WishForm, kind: Kind) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield (code, key, words of the sentence) for what the form alone shows."""
    given = _given(wish)
    low, high = wish.band
    if not 0.0 <= low <= high <= 1.0:
        yield "band", "band", {}
    for name in given:
        if name not in kind.params:
            yield "not_of_kind", name, {"kind": wish.kind, "known": ", ".join(kind.params)}
    yield from _missing(wish, kind, set(given))
    for name, value in given.items():
        param = kind.params.get(name)
        if param is not None and not param.known and isinstance(value, (int, float)) and _outside(value, param):
            bounds: dict[str, object] = {"low": f"{param.low:g}", "high": f"{param.high:g}"}
            yield ("whole" if param.whole else "outside"), name, bounds


def _missing(wish: WishForm, kind: Kind, given: set[str]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield the same for parameters that a kind needs, or of which it needs one."""
    for name in kind.needed:
        if name not in given:
            yield "needs", name, {"kind": wish.kind, "needed": name}
    for group in kind.one_of:
        if sum(name in given for name in group) != 1:
            yield "one_of", "kind", {"kind": wish.kind, "choices": ", ".join(group)}
    if sum(name in given for name in kind.at_most_one) > 1:
        yield "one_of", "kind", {"kind": wish.kind, "choices": ", ".join(kind.at_most_one)}
    for name, others in (kind.together or {}).items():
        for other in others:
            if name in given and other not in given:
                yield "needs", other, {"kind": f"{wish.kind} ({name})", "needed": other}


def _outside(value: float, param: Param) -> bool:
    return not param.low <= value <= param.high or (param.whole and value != int(value))


def _no_resource(
    file: Path, tree: CommentedMap, i: int, wish: WishForm, plan: Plan, layout: Layout
) -> Iterator[Problem]:
    """Yield a problem for a contention of kinds that no team could serve both, or not with the capability named."""
    first, second = wish.first, wish.second
    if wish.kind != "contention" or first not in plan.kinds or second not in plan.kinds:
        return
    shared = shared_capabilities(plan, layout, str(first), str(second))
    if not shared or (wish.capability is not None and wish.capability not in shared):
        params: dict[str, object] = {"shared": ", ".join(shared) or "-"}
        yield _problem(file, tree, i, "no_shared", "second", wish, params, f"{first}, {second}")


def _problem(
    file: Path, tree: CommentedMap, i: int, code: str, name: str, wish: WishForm, params: Mapping[str, object],
    value: str | None = None,
) -> Problem:
    said = value if value is not None else str(getattr(wish, name) if getattr(wish, name, None) is not None else "")
    return Problem(
        code=f"design.{code}", file=str(file), row=line_of(tree, ("stress", i, name)), item=("stress", i + 1),
        column=name, value=said, params=params,
    )


def _measures(form: DesignForm, city: City, plan: Plan, layout: Layout, hazard: HazardSpec) -> tuple[str, ...]:
    """Return the names of all measures, if a wish asks for one: those that a short play gives."""
    if not any(wish.measure for wish in form.stress):
        return ()
    scenario = cut(draw(hazard, city, form.seed, 0), NAMES_HORIZON_MIN)
    return tuple(measure(respond(city, plan, layout, scenario), city, plan, layout, scenario).values)
