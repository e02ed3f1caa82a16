"""Says in our words, and in the user's language, what is wrong with the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sim.common.texts import text

SAYS: Mapping[str, str] = {
    "MissingParameter": "missing", "NoSuchOption": "no_option", "NoSuchCommand": "no_command",
    "BadOptionUsage": "needs_value", "BadParameter": "bad_value",
}
"""The library's kinds of mistakes by the name of their class, and our sentences for them."""


def is_usage_error(error: Exception) -> bool:
    """Tell whether *error* is the library's complaint about the command line."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def usage_line(error: Any, lang: str) -> str:
    """Return the complaint *error* as one line, with the way to the help."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "turnout"
    message = " ".join(error.format_message().split())
    key = f"cli.usage.{_key(error, message)}"
    return text(key, lang, name=_name(error, message), message=message, command=command)


def _key(error: Exception, message: str) -> str:
    if message.startswith("No such command"):
        return "no_command"
    if "unexpected extra argument" in message:
        return "extra"
    return next((SAYS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in SAYS), "other")


def _name(error: Any, message: str) -> str:
    """Return what the complaint is about: an option, an argument, a command."""
    names: tuple[Callable[[], Any], ...] = (
        lambda: error.option_name, lambda: "/".join(error.param.opts) if error.param.opts[0][0] == "-" else None,
        lambda: error.param.human_readable_name, lambda: re.findall(r"'([^']*)'", message)[0],
        lambda: re.findall(r"\(([^)]*)\)", message)[-1],
    )
    for name in names:
        try:
            found = name()
        except (AttributeError, IndexError):
            continue
        if found:
            return str(found)
    return ""
