"""A stress in words: what is measured, with its parameters, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.city.model import City
from sim.common.texts import in_a_row, listed
from sim.common.types import Text
from sim.drill.ask.design_words import capability_name, measure_name, named, percent, plain_number, told
from sim.drill.design import Wish
from sim.drill.seek.stress_params import ARROW, SEPARATOR
from sim.plan.model import Plan


def stress_text(wish: Wish, city: City, plan: Plan) -> Text:
    """Return *wish* as a phrase: what is measured and by when; the band is not in it."""
    what = WORDS[wish.kind](wish, city, plan)
    if "until_min" not in wish.params:
        return what
    return in_a_row((what, told("until", minutes=plain_number(float(wish.params["until_min"])))))


def _kind(wish: Wish, name: str, plan: Plan) -> Text:
    name_of = plan.kinds[str(wish.params[name])].name
    return Text(name_of.zh, name_of.en[:1].lower() + name_of.en[1:])


def _number(wish: Wish, name: str) -> str:
    return plain_number(float(wish.params[name]))


def _utilisation(wish: Wish, _city: City, _plan: Plan) -> Text:
    if "capability" in wish.params:
        return told("stress.utilisation.capability", capability=capability_name(str(wish.params["capability"])))
    if "team_type" in wish.params:
        kind = str(wish.params["team_type"])
        return told("stress.utilisation.team_type", type=named(f"design.team_type.{kind}", kind))
    return told("stress.utilisation.all")


def _breach(wish: Wish, _city: City, plan: Plan) -> Text:
    if "measure" in wish.params:
        key = "stress.breach.above" if wish.params["sense"] == "above" else "stress.breach.below"
        return told(key, measure=measure_name(str(wish.params["measure"]), plan), limit=_limit(wish))
    share = float(wish.params["share"])
    key = "stress.breach.some" if share > 0.0 else "stress.breach.any"
    return told(key, demand=_kind(wish, "arrival", plan), limit=_number(wish, "limit_min"), share=percent(share))


def _limit(wish: Wish) -> Text:
    """Return the limit of a measure with the unit that the measure's name ends in."""
    limit, stem = float(wish.params["limit"]), str(wish.params["measure"]).partition(".")[0]
    if "_share" in stem:
        return Text(f"{percent(limit)} ", percent(limit))
    unit, said = next((unit for unit in ("min", "h") if stem.endswith(f"_{unit}")), ""), plain_number(limit)
    return told(f"unit.{unit}", value=said) if unit else Text(f"{said} ", said)


def _queue(wish: Wish, _city: City, _plan: Plan) -> Text:
    return told(
        "stress.queue", capability=capability_name(str(wish.params["capability"])), waiting=_number(wish, "waiting"),
        minutes=_number(wish, "minutes"),
    )


def _contention(wish: Wish, _city: City, plan: Plan) -> Text:
    return told(
        "stress.contention", first=_kind(wish, "first", plan), second=_kind(wish, "second", plan),
        minutes=_number(wish, "within_min"),
    )


def _cascade(wish: Wish, _city: City, plan: Plan) -> Text:
    if "depth" in wish.params:
        return told("stress.cascade.depth", depth=_number(wish, "depth"))
    names = [
        plan.kinds[link].name if link in plan.kinds and link != "fire" else named(f"design.event.{link}", link)
        for link in str(wish.params["chain"]).split(ARROW)
    ]
    chain = Text("→".join(name.zh for name in names), " → ".join(name.en for name in names))
    return told("stress.cascade.chain", chain=chain)


def _decision(wish: Wish, _city: City, plan: Plan) -> Text:
    rule = str(wish.params["rule"])
    measure = measure_name(str(wish.params["measure"]), plan)
    return told("stress.decision", rule=named(f"design.rule.{rule}", rule), measure=measure)


def _reporting(wish: Wish, _city: City, plan: Plan) -> Text:
    deadline = _number(wish, "deadline_min")
    if "demand" in wish.params:
        return told("stress.reporting.kind", demand=_kind(wish, "demand", plan), minutes=deadline)
    return told("stress.reporting.all", minutes=deadline)


def _participation(wish: Wish, _city: City, _plan: Plan) -> Text:
    return told("stress.participation", actions=_number(wish, "actions"), minutes=_number(wish, "idle_min"))


def _equity(wish: Wish, city: City, _plan: Plan) -> Text:
    if "county" in wish.params:
        code = str(wish.params["county"])
        counties = {outline.code: outline.name for outline in city.county_outlines}
        return told("stress.equity", zones=counties.get(code, Text(code, code)))
    names = dict(zip(city.zones.code, city.zones.name, strict=True))
    return told("stress.equity", zones=listed(names[code] for code in str(wish.params["zones"]).split(SEPARATOR)))


WORDS: Mapping[str, Callable[[Wish, City, Plan], Text]] = {
    "utilisation": _utilisation, "breach": _breach, "queue": _queue, "contention": _contention, "cascade": _cascade,
    "decision": _decision, "reporting": _reporting, "participation": _participation, "equity": _equity,
}
