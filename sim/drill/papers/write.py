"""Writes all papers of a drill: a Chinese set and, for those who work after HSEEP, an English one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.drill.model import Drill
from sim.drill.papers.cards import cards
from sim.drill.papers.controller import controller
from sim.drill.papers.evaluator import evaluator
from sim.drill.papers.explan import explan
from sim.drill.papers.player import player
from sim.drill.papers.readme import readme
from sim.drill.papers.script import script
from sim.drill.papers.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper of the set."""

    name_zh: str
    name_en: str
    audience: str
    """One of ``controller``, ``evaluator``, ``player``: the strictest reader who may have it."""
    write: Callable[[Words], bytes]

    def file(self, lang: str) -> str:
        """Return the file name in *lang*; both begin with the same number."""
        return self.name_zh if lang == "zh" else self.name_en


PAPERS = (
    Paper(name_zh="00_使用说明 README.docx", name_en="00_README EN.docx", audience="controller", write=readme),
    Paper(name_zh="01_演练工作方案 ExPlan.docx", name_en="01_ExPlan EN.docx", audience="controller", write=explan),
    Paper(name_zh="02_演练脚本 Script.docx", name_en="02_Script EN.docx", audience="controller", write=script),
    Paper(name_zh="04_导调手册 Controller.docx", name_en="04_C-E Handbook EN.docx", audience="controller",
          write=controller),
    Paper(name_zh="04a_情况单_任务卡 Cards.docx", name_en="04a_Cards EN.docx", audience="controller", write=cards),
    Paper(name_zh="05_参演手册 Player.docx", name_en="05_Player EN.docx", audience="player", write=player),
    Paper(name_zh="06_评估手册 Evaluator.docx", name_en="06_EEG EN.docx", audience="evaluator", write=evaluator),
)
"""Every paper is made twice, each a paper of one language: nobody has to read past the other one."""


def write_papers(drill: Drill, folder: Path) -> list[Path]:
    """Write the papers of *drill* into *folder*, made if need be; equal drills give equal bytes.

    Returns the files in the order of their numbers, Chinese before English. Raises :class:`InputError` if the drill
    names an evaluation template that does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for paper in PAPERS:
        for lang in ("zh", "en"):
            file = folder / paper.file(lang)
            file.write_bytes(paper.write(Words(drill=drill, lang=lang)))
            written.append(file)
    return written
