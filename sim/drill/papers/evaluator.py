"""Paper 06: the evaluator's handbook, a block for each capability target, with limit and simulated law side by side."""

from __future__ import annotations

from sim.drill.model import Action, CapabilityTarget, Objective
from sim.drill.papers.band import band_png
from sim.drill.papers.page import BLANK, Page
from sim.drill.papers.parts import questions
from sim.drill.papers.styles import HANDBOOK
from sim.drill.papers.template import Item, answering, read_template
from sim.drill.papers.words import FEW, Words

RULES = ("before", "clock", "times", "states", "prompt", "benchmark", "notional", "rating", "quality")
RATINGS = ("P", "S", "M", "U")
FREE = ("observed", "strengths", "weaknesses", "advice")


def evaluator(say: Words) -> bytes:
    """Return the paper as a file."""
    page = Page(say, HANDBOOK, "evaluator", wide=True)
    page.title(say.of(say.drill.overview.name), say("evaluator.title"))
    page.heading(say("evaluator.instructions"))
    _instructions(page)
    _contents(page)
    for target in say.drill.targets:
        page.turn()
        _block(page, target)
    _loose(page)
    _sheet(page)
    if say.drill.questions and (say.drill.overview.form == "tabletop" or say.drill.overview.notice == "blind"):
        page.turn()
        page.heading(say("controller.questions"))
        questions(page)
    return page.data()


def _instructions(page: Page) -> None:
    say = page.say
    page.listed(say(f"evaluator_rule.{key}") for key in RULES)
    page.table(
        [say("head.rating"), say("head.name"), say("head.meaning")],
        [(key, say(f"rating.{key}"), say(f"rating_means.{key}")) for key in RATINGS], (10, 25, 65),
    )
    page.note(say("evaluator.hseep_unchecked"))


def _contents(page: Page) -> None:
    say = page.say
    rows = [
        (target.target_id, say.of(target.text), say.join([each.action_id for each in _of(say, target)]))
        for target in say.drill.targets
    ]
    page.table([say("head.target"), say("head.target_text"), say("head.actions")], rows, (12, 50, 38))


def _of(say: Words, target: CapabilityTarget) -> list[Action]:
    return [each for each in say.drill.actions if each.target_id == target.target_id]


def _objective(say: Words, target: CapabilityTarget) -> Objective | None:
    return next((each for each in say.drill.objectives if each.objective_id == target.objective_id), None)


def _block(page: Page, target: CapabilityTarget) -> None:
    say, overview = page.say, page.say.drill.overview
    actions = _of(say, target)
    objective = _objective(say, target)
    page.heading(f"{target.target_id} {say.of(target.text)}")
    assessed = say.join(list(dict.fromkeys(say.unit(each.unit_id) for each in actions)))
    goal = "" if objective is None else say.join([say.of(objective.task), say.of(objective.standard)])
    page.facts([
        (say("field.name"), f"{say.of(overview.name)} · {overview.date} · {say.of(overview.venues)}"),
        (say("field.assessed"), assessed),
        (say("field.evaluator"), say("evaluator.who_blank", blank=BLANK)),
        (say("field.objective"), f"{target.objective_id} {goal}"),
        (say("field.capability"), "" if objective is None else say.capability(objective.capability)),
        (say("field.target"), say.of(target.text)),
        (say("field.source"), say.clause(target.clause)),
    ], share=0.16)
    _action_table(page, actions)
    _bands(page, actions)
    page.facts([(say(f"free.{key}"), "\n\n") for key in FREE], share=0.16)
    page.note(say("evaluator.final", blank=BLANK), say("evaluator.sign", blank=BLANK))


def _action_table(page: Page, actions: list[Action]) -> None:
    say = page.say
    rows = [
        (
            each.action_id, _task(say, each), say.of(each.standard), say.clock_of(each), _limit(say, each),
            _law(say, each), "", "", say("states_ticks"), "P  S  M  U", "",
        )
        for each in actions
    ]
    keys = ("action_id", "task_action", "look_for", "clock", "limit", "law", "started", "finished", "state_done",
            "rating", "notes")
    page.table([say(f"head.{key}") for key in keys], rows, (8, 17, 13, 9, 14, 11, 8, 8, 11, 7, 7))


def _task(say: Words, action: Action) -> str:
    who = f"{say.unit(action.unit_id)} {say.of(action.role)}".strip()
    return "\n".join(part for part in (say.of(action.critical_task), who, say.of(action.action)) if part)


def _limit(say: Words, action: Action) -> str:
    return "\n".join(part for part in (say.limit(action), say.clause(action.limit_clause)) if part)


def _law(say: Words, action: Action) -> str:
    found = action.benchmark
    if found is None:
        return say("no_benchmark")
    return f"{say.minutes(found.p50)} / {say.minutes(found.p80)} / {say.p95(found)}"


def _bands(page: Page, actions: list[Action]) -> None:
    """Write each law as a picture and one sentence with the number of copies."""
    say = page.say
    measured = [each for each in actions if each.benchmark is not None]
    if measured:
        page.note(say("evaluator.band_key"))
        page.hold()
    for action in measured:
        said = sentence(say, action)
        picture = band_png(action.benchmark, action.limit_min) if action.benchmark is not None else None
        if picture is not None:
            page.picture(picture, 135, said)
        page.note(f"{action.action_id}  {said}")


def sentence(say: Words, action: Action) -> str:
    """Return what the benchmark of *action* says, in words, with the number of copies behind it."""
    found = action.benchmark
    if found is None:
        return say("no_benchmark")
    n = len(found.values)
    parts = [say("law.lead", n=n, layout=say.of(say.drill.overview.layout))]
    if action.limit_min is not None and found.p_meet_limit is not None:
        parts.append(say("law.within", share=say.share(found.p_meet_limit), limit=f"{action.limit_min:g}"))
    if found.p50 is not None:
        parts.append(say("law.half", p50=say.minutes(found.p50)))
    late = found.p95 if n >= FEW else found.p90
    if late is not None:
        parts.append(say("law.late", minutes=say.minutes(late), name="P95" if n >= FEW else "P90"))
    if found.p_not_done > 0:
        parts.append(say("law.never", share=say.share(found.p_not_done)))
    if any(action.binding):
        parts.append(say("law.binding", what=say.of(action.binding)))
    return ("；" if say.lang == "zh" else "; ").join(parts) + ("。" if say.lang == "zh" else ".")


def _loose(page: Page) -> None:
    """Write the actions that belong to no target, so that none is left unobserved."""
    known = {target.target_id for target in page.say.drill.targets}
    loose = [action for action in page.say.drill.actions if action.target_id not in known]
    if loose:
        page.turn()
        page.heading(page.say("evaluator.loose"))
        _action_table(page, loose)
        _bands(page, loose)


def _sheet(page: Page) -> None:
    """Write the sheet of the evaluation template that the drill names."""
    say = page.say
    template = read_template(say.drill.evaluation_template)
    name, source = (said.zh if say.lang == "zh" else said.en for said in (template.name, template.source))
    page.turn()
    page.heading(say("evaluator.sheet", name=name))
    page.note(say("evaluator.sheet_source", source=source) + say.checked(template.checked))
    if not template.sheet:
        page.body(say("evaluator.no_sheet"))
        return
    rows = [_item(say, item) for item in template.items]
    keys = ("number", "group_item", "point", "answered_by", "result", "reason")
    page.table([say(f"head.{key}") for key in keys], rows, (6, 14, 34, 14, 20, 12), least_mm=9)
    total = sum(item.weight for item in template.items)
    page.note(say("evaluator.weights", total=f"{total:g}"))


def _item(say: Words, item: Item) -> tuple[str, ...]:
    group, point = (item.group.zh, item.point.zh) if say.lang == "zh" else (item.group.en, item.point.en)
    answered = "\n".join(f"{each.action_id} {say.limit(each)}".strip(" —") for each in answering(item, say.drill))
    result = say(f"method.{item.method}", weight=f"{item.weight:g}")
    return item.id, group, point + say.checked(item.checked), answered, result, ""
