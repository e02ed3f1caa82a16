"""The question bank: what an expert asks about each kind of news, with the points that an answer should have."""

from __future__ import annotations

from collections.abc import Sequence

from sim.common.types import Text
from sim.drill.build.said import said
from sim.drill.expected import Action
from sim.drill.model import Question

MOST = 12
"""Questions in all: an hour and a half around a table."""
FULL_SCORE = 100.0


def questions(actions: Sequence[Action]) -> tuple[Question, ...]:
    """Return a question for each different task among the actions, in the order of the news; scores sum to 100.

    A question names the task, never the place: players around a table read it before anything has happened.
    """
    seen: set[Text] = set()
    asked: list[Action] = []
    for action in actions:
        if action.critical_task not in seen:
            seen.add(action.critical_task)
            asked.append(action)
    asked = asked[:MOST]
    return tuple(
        Question(
            question_id=f"Q-{number:02d}", unit_id=action.unit_id, clause=action.limit_clause,
            text=said("question", task=action.critical_task), points=_points(action),
            score=round(FULL_SCORE / len(asked), 1),
        )
        for number, action in enumerate(asked, start=1)
    )


def _points(action: Action) -> tuple[Text, ...]:
    zh, en = action.standard.zh.split("；"), action.standard.en.split("; ")
    points = [Text(*pair) for pair in zip(zh, en, strict=True)] if len(zh) == len(en) else [action.standard]
    if action.limit_min is not None:
        points.append(said("point.limit", minutes=f"{action.limit_min:g}"))
    return tuple(points)
