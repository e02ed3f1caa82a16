"""The words of a file, whatever its kind, as one who searches for a secret would find them."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

TAG = re.compile(r"<[^>]+>")
ENDS = re.compile(
    r"</(?:w:p|a:p|si|is|v|p|td|th|tr|li|div|text|title|desc|dt|dd|option|label|h\d)>|<(?:w:br|w:tab|br)\b[^>]*>"
)
"""Where a line ends; words may run over all other tags."""
ATTRIBUTE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
PACKED = (".docx", ".xlsx", ".pptx", ".zip")
MARKUP = (".xml", ".rels", ".html", ".htm", ".svg")
PLAIN = (".md", ".txt", ".csv", ".json", ".geojson", ".ics")
UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
FOLDED = re.compile(r"\r?\n[ \t]")
ESCAPED = re.compile(r"\\([nN,;\\])")


class UnreadableError(ValueError):
    """A kind of file in which nobody can search."""


def texts(name: str, data: bytes) -> Iterator[str]:
    """Give every reading of a file: as it is, without tags, with escapes undone, and of each part of a packed one.

    Raises :class:`UnreadableError` for kinds that cannot be searched (pictures, programs), and for what is broken.
    """
    kind = name[name.rfind(".") :].lower()
    try:
        if kind in PACKED:
            yield from _packed(data)
        elif kind in MARKUP:
            yield from _markup(data.decode("utf-8"))
        elif kind in PLAIN:
            yield from _plain(kind, data.decode("utf-8-sig"))
        else:
            raise UnreadableError(name)
    except (UnicodeDecodeError, zipfile.BadZipFile, json.JSONDecodeError) as error:
        raise UnreadableError(name) from error


def _packed(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(data)) as packed:
        for part in packed.namelist():
            yield part
            if not part.endswith("/"):
                yield from texts(part, packed.read(part))


def _markup(said: str) -> Iterator[str]:
    """Words may run over several tags, stand in attributes, comments and scripts: each reading is given."""
    yield html.unescape(TAG.sub("", ENDS.sub("\n", said)))
    yield html.unescape(TAG.sub("\n", said))
    yield "\n".join(html.unescape(one or other) for one, other in ATTRIBUTE.findall(said))
    if "<!--" in said or "<script" in said:
        yield UNICODE.sub(lambda found: chr(int(found[1], 16)), html.unescape(said))


def _plain(kind: str, said: str) -> Iterator[str]:
    if kind in (".json", ".geojson"):
        yield json.dumps(json.loads(said), ensure_ascii=False)
    elif kind == ".ics":
        yield ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], FOLDED.sub("", said))
    yield said
