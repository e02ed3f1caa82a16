"""How the command line speaks: the language, the consoles, one red line per problem."""

from __future__ import annotations

import locale
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import ParamSpec

import typer
from rich.console import Console
from rich.markup import escape

from sim.common.errors import InputError, Problem, TurnoutError
from sim.common.texts import LANGUAGES, text

P = ParamSpec("P")
ALIKE = 10
"""Problems of one kind, in one column of one file, that are told one by one."""


def language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language: ``--lang`` in *words*, else ``TURNOUT_LANG``, else that of the system."""
    asked = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    asked += [after for word, after in pairwise(words) if word == "--lang"]
    for name in asked:
        if name in LANGUAGES:
            return name
    names = [environment.get(name, "") for name in ("TURNOUT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), "") or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


class Voice:
    """The language and the manners of this call; set by the global options."""

    def __init__(self) -> None:
        self.lang = "en"
        self.debug = False

    def begin(self, words: Sequence[str]) -> None:
        """Listen to the words of the command line, before anything is said."""
        self.lang = language(words, os.environ)
        self.debug = False

    def speak(self, lang: str | None) -> None:
        """Change to *lang* if one is given. Raises :class:`InputError` for a language that there is not."""
        if lang is None:
            return
        if lang not in LANGUAGES:
            raise InputError([Problem(code="cli.lang", file="--lang", value=lang)])
        self.lang = lang

    def text(self, key: str, **values: object) -> str:
        """Return a sentence of the command line."""
        return text(f"cli.{key}", self.lang, **values)

    def sentence(self, key: str, **values: object) -> str:
        """Return a sentence of any part of the product."""
        return text(key, self.lang, **values)


voice = Voice()


def out() -> Console:
    """Return the console of results; wide enough for tables when nobody looks at it."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=160)


def err() -> Console:
    """Return the console of problems and progress."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def complain(line: str) -> None:
    """Print *line* in red on stderr."""
    err().print(f"[red]{escape(line)}[/red]")


def remark(line: str) -> None:
    """Print *line* in grey on stderr: what the user should know, and need not mend."""
    err().print(f"[bright_black]{escape(line)}[/bright_black]")


def here(path: Path) -> Path:
    """Return *path* as seen from the current folder, if it lies below it."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def lines_of(error: TurnoutError, lang: str) -> list[str]:
    """Return what *error* says, in *lang*, one line per problem."""
    if isinstance(error, InputError):
        return _capped(error.problems, lang)
    say = getattr(error, "line", None)
    return [say(lang)] if callable(say) else [str(error)]


def _capped(problems: Sequence[Problem], lang: str) -> list[str]:
    """Return one line per problem; of those alike the first few, and how many more there are."""
    kinds = [(p.file, p.item and p.item[0], re.sub(r"\[\d+\]", "", p.column or ""), p.code) for p in problems]
    count, told, lines = Counter(kinds), Counter[object](), list[str]()
    for problem, kind in zip(problems, kinds, strict=True):
        told[kind] += 1
        if told[kind] <= ALIKE:
            lines.append(problem.line(lang))
        elif told[kind] == ALIKE + 1:
            lines.append(text("cli.more_alike", lang, file=problem.file, more=f"{count[kind] - ALIKE:,}"))
    return lines


def mends(command: Callable[P, None]) -> Callable[P, None]:
    """Let *command* end as a command should: problems as red lines and exit status 2, Ctrl-C as 130."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except TurnoutError as error:
            if voice.debug:
                raise
            for line in lines_of(error, voice.lang):
                complain(line)
            raise typer.Exit(2) from None
        except KeyboardInterrupt as stop:
            complain(_stopped(stop))
            raise typer.Exit(130) from None
        except (typer.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if voice.debug:
                raise
            what = " ".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])])
            complain(voice.text("internal", what=" ".join(what.split())))
            raise typer.Exit(1) from None

    return guarded


def _stopped(stop: KeyboardInterrupt) -> str:
    folder = getattr(stop, "folder", None)
    if folder is None:
        return voice.text("interrupted.plain")
    return voice.text("interrupted", folder=folder, done=getattr(stop, "done", 0), total=getattr(stop, "total", 0))
