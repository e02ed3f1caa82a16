"""Finds which expected action each row of a log is: by its id, else by words, unit and time, one to one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment

from sim.common.errors import InputError, Problem
from sim.drill.csv_rows import given, shipped
from sim.drill.model import Action, Drill
from sim.drill.review.model import EXTRA, MATCHED, REJECTED, LogRow, Outcome, Timed
from sim.drill.review.sheet import plain

TEXT_WEIGHT, UNIT_WEIGHT, TIME_WEIGHT = 0.45, 0.35, 0.20
DUMMY = 0.45
"""What a row must score to be an expected action at all."""
SURE = 0.65
"""Below it a person confirms."""
SURE_UNIT = 0.85
"""How alike the name of a unit must be that did not come."""
TIME_SCALE_MIN = 20.0
CLOCK_EVENTS = ("startex", "endex", "pause", "resume")
PAUSES = ("pause", "resume")
"""Without a time these say nothing; a printed line for STARTEX or an inject that was left blank is no mistake."""
INJECT_EVENTS = ("inject_delivered", "received")


@cache
def _aliases(kind: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what stands for something else, longest first, and what it means; what it means stands for itself."""
    rows = [row for row in shipped("aliases.csv") if row["kind"] in ("text", kind)]
    words = {plain(row["means"]): plain(row["means"]) for row in rows}
    words.update({plain(row["found"]): plain(row["means"]) for row in rows})
    return re.compile("|".join(re.escape(each) for each in sorted(words, key=lambda each: (-len(each), each)))), words


@cache
def normal(said: str, kind: str = "text") -> str:
    """Return *said* with one word for what has several (``tables/aliases.csv``), no case, blanks or punctuation."""
    pattern, words = _aliases(kind)
    made = pattern.sub(lambda found: words[found[0]], plain(said))
    for means in dict.fromkeys(words.values()):
        made = made.replace(means + means, means)
    return "".join(each for each in made if unicodedata.category(each)[0] in "LN")


def text_score(noted: str, expected: Sequence[str]) -> float:
    """Return how alike *noted* is to the closest of *expected*, 0 to 1."""
    said = normal(noted)
    others = [normal(each) for each in expected if each]
    if not said or not others:
        return 0.0
    return max(max(fuzz.ratio(said, each), 0.9 * fuzz.partial_ratio(said, each)) for each in others) / 100.0


def unit_score(noted: str, names: Sequence[str]) -> float:
    """Return how alike a noted unit is to the closest of *names*, 0 to 1."""
    said = normal(noted, "unit")
    others = [normal(each, "unit") for each in names if each]
    return max((fuzz.ratio(said, each) for each in others), default=0.0) / 100.0 if said else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said of doubtful matches."""

    rows: Mapping[tuple[int, str], str]
    """Action id by line and words: two lines may have the same words."""
    words: Mapping[str, str]
    """Action id by words that stand for one action only; they hold for any line."""
    refused: frozenset[tuple[str, str]]
    """Words and the action that they are not."""

    def of(self, row: LogRow) -> str:
        """Return the action that *row* is known to be, or nothing."""
        words = _key(row.text, row.unit)
        return self.rows.get((row.row, words), "") or self.words.get(words, "")


NO_ANSWERS = Answers(rows={}, words={}, refused=frozenset())


class Matcher:
    """Matches the rows of one log with one drill."""

    def __init__(self, drill: Drill, expected_min: Mapping[str, float | None], answers: Answers) -> None:
        """*expected_min* is when each action would come (exercise clock); *answers* see :func:`read_confirmed`."""
        self.actions = {action.action_id: action for action in drill.actions}
        self.injects = {inject.inject_id for inject in drill.injects}
        self.units = {unit.unit_id: unit for unit in drill.units}
        self.by_id = {plain(action_id): action_id for action_id in self.actions}
        self.inject_by_id = {plain(inject_id): inject_id for inject_id in self.injects}
        self.expected_min = expected_min
        self.answers = answers

    def match(self, rows: Sequence[Timed]) -> tuple[Outcome, ...]:
        """Return what became of each row, in order: none is dropped."""
        found: list[Outcome | None] = [self._known(timed) for timed in rows]
        taken = {each.target for each in found if each is not None and each.outcome == MATCHED}
        open_rows = [i for i, each in enumerate(found) if each is None]
        free = [action for action in self.actions.values() if action.action_id not in taken]
        for i, outcome in zip(open_rows, self._assign([rows[i] for i in open_rows], free), strict=True):
            found[i] = outcome
        return tuple(each for each in found if each is not None)

    def _known(self, timed: Timed) -> Outcome | None:
        """Return the outcome of a row that needs no guess; ``None`` for one that does."""
        row = timed.row
        if timed.problem:
            return _outcome(timed, REJECTED, reason=timed.problem)
        if row.event in CLOCK_EVENTS:
            lost = timed.ex_min is None and row.event in PAUSES
            return _outcome(timed, REJECTED, reason="no_time") if lost else _outcome(timed, MATCHED, row.event)
        known = self.by_id.get(plain(row.action_id), "") or self.answers.of(row)
        if known:
            return _outcome(timed, MATCHED, known)
        if row.status == "na" and row.unit and not row.text and not row.action_id and not row.inject_id:
            return self._absent(timed)
        if row.event in INJECT_EVENTS and row.inject_id:
            return self._inject(timed)
        if not row.text:
            reason = "unknown_action" if row.action_id else "no_content"
            return _outcome(timed, REJECTED, reason=reason)
        return None

    def _inject(self, timed: Timed) -> Outcome:
        known = self.inject_by_id.get(plain(timed.row.inject_id), "")
        if not known:
            return _outcome(timed, REJECTED, reason="unknown_inject")
        return _outcome(timed, MATCHED, known)

    def _absent(self, timed: Timed) -> Outcome:
        """A line that says of a whole unit that it did not come."""
        scores = {
            unit_id: unit_score(timed.row.unit, [unit.name.zh, unit.name.en, unit_id])
            for unit_id, unit in self.units.items()
        }
        best = max(scores, key=lambda unit_id: scores[unit_id], default="")
        if not best or scores[best] < SURE_UNIT:
            return _outcome(timed, REJECTED, reason="unknown_unit")
        return _outcome(timed, MATCHED, best)

    def _assign(self, rows: Sequence[Timed], free: Sequence[Action]) -> list[Outcome]:
        if not rows:
            return []
        scores = np.array([[self.score(timed, action) for action in free] for timed in rows]).reshape(len(rows), -1)
        padded = np.hstack([scores, np.full((len(rows), len(rows)), DUMMY)])
        chosen = dict(zip(*linear_sum_assignment(padded, maximize=True), strict=True))
        made = []
        for i, timed in enumerate(rows):
            j = chosen[i]
            if j >= len(free):
                made.append(_outcome(timed, EXTRA))
                continue
            score = float(scores[i, j])
            made.append(
                Outcome(
                    timed=timed, outcome=MATCHED, target=free[j].action_id, confidence=score, to_confirm=score < SURE,
                    reason="",
                )
            )
        return made

    def score(self, timed: Timed, action: Action) -> float:
        """Return 0.45 text + 0.35 unit + 0.20 exp(-|dt| / 20 min).

        What the log does not say (no unit, no time) is left out and the other weights are raised to a sum of one.
        """
        row = timed.row
        if (_key(row.text, row.unit), action.action_id) in self.answers.refused:
            return 0.0
        parts = [(TEXT_WEIGHT, text_score(row.text, [action.action.zh, action.action.en]))]
        unit = self.units.get(action.unit_id)
        if row.unit:
            parts.append((UNIT_WEIGHT, unit_score(row.unit, [unit.name.zh, unit.name.en] if unit else [])))
        expected = self.expected_min.get(action.action_id)
        if timed.ex_min is not None and expected is not None:
            parts.append((TIME_WEIGHT, float(np.exp(-abs(timed.ex_min - expected) / TIME_SCALE_MIN))))
        return sum(weight * value for weight, value in parts) / sum(weight for weight, _ in parts)


def _outcome(timed: Timed, outcome: str, target: str = "", *, reason: str = "") -> Outcome:
    return Outcome(
        timed=timed, outcome=outcome, target=target, confidence=1.0 if outcome == MATCHED else 0.0, to_confirm=False,
        reason=reason,
    )


def _key(text: str, unit: str) -> str:
    return f"{normal(text)}|{normal(unit, 'unit')}" if text else ""


CONFIRMED = ("row", "text", "unit", "action_id", "confirmed")
NO = ("0", "no", "n", "否")


def read_confirmed(path: Path | None) -> Answers:
    """Return a person's answers, from a CSV with the columns row, text, unit, action_id, confirmed.

    An empty ``confirmed`` is no answer; 0, no or 否 says that it is not that action. Raises ``InputError`` if a column
    is missing.
    """
    if path is None:
        return NO_ANSWERS
    rows = given(path)
    lost = [name for name in CONFIRMED[1:] if rows and name not in rows[0]]
    if lost:
        raise InputError([Problem(code="review.confirmed", file=path.name, column=name) for name in lost])
    said = [(row, _key(row["text"] or "", row["unit"] or ""), plain(row["confirmed"] or "")) for row in rows]
    yes = [(row, words) for row, words, answer in said if words and answer and answer not in NO]
    meant: dict[str, set[str]] = {}
    for row, words in yes:
        meant.setdefault(words, set()).add(row["action_id"])
    return Answers(
        rows={(int(row["row"]), words): row["action_id"] for row, words in yes if (row.get("row") or "").isdigit()},
        words={words: next(iter(ids)) for words, ids in meant.items() if len(ids) == 1},
        refused=frozenset((words, row["action_id"]) for row, words, answer in said if answer in NO),
    )
