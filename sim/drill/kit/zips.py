"""Zips that are equal byte for byte when what they hold is equal."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold."""
PACKED = (".docx", ".xlsx")
"""Already packed: packing them again takes time and saves nothing."""
READABLE = 0o644 << 16


def write_zip(file: Path, files: Mapping[str, Path]) -> None:
    """Write *files* (by name in the zip) at *file*, in the order of their names, all dated 1980."""
    with zipfile.ZipFile(file, "w") as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, READABLE
            stored = name.endswith(PACKED)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            made.writestr(entry, files[name].read_bytes())
