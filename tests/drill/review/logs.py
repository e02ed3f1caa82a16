"""Writes drill logs for the tests of their reading."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

HEADER = ("行动编号", "情况编号", "记录类型", "时间", "单位", "内容", "完成情况")


def csv_log(
    path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, encoding: str = "utf-8"
) -> Path:
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(made.getvalue().encode(encoding))
    return path


def timed(action_id: str, at: str, status: str = "") -> tuple[str, ...]:
    return (action_id, "", "", at, "", "", status)


def event(kind: str, at: str, inject: str = "") -> tuple[str, ...]:
    return ("", inject, kind, at, "", "", "")
