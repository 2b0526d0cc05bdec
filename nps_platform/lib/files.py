"""Files that people send: let in by what they contain, never by what they are called."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

import filetype

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
MOST_TOGETHER = 20 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
ALLOWED = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    _OFFICE + "wordprocessingml.document": "docx",
    _OFFICE + "spreadsheetml.sheet": "xlsx",
    _OFFICE + "presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/x-wav": "wav",
    "video/mp4": "mp4",
    "text/plain": "txt",
}
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|\?php)|^#!", re.IGNORECASE)
_MACROS = re.compile(r"(vbaproject\.bin|/activex/|\.exe|\.js)$", re.IGNORECASE)
_MOST_PARTS = 5000


class FileRefused(ValueError):
    """A file that is not let in. `why`: empty, size, type, macros."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def kind_of_file(data: bytes) -> str:
    """The media type of what is in there. Raises FileRefused."""
    if not data:
        raise FileRefused("empty")
    if len(data) > MOST_BYTES:
        raise FileRefused("size")
    guessed = filetype.guess(data)
    kind = guessed.mime if guessed else _text(data)
    if kind not in ALLOWED:
        raise FileRefused("type")
    if zipfile.is_zipfile(io.BytesIO(data)):
        _refuse_macros(data)
    return kind


def _text(data: bytes) -> str:
    """Plain text: no zero bytes, nothing that a browser or a shell would run."""
    if b"\0" in data or _MARKUP.search(data[:4096]):
        raise FileRefused("type")
    return "text/plain"


def _refuse_macros(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("type") from error
    if len(names) > _MOST_PARTS or any(_MACROS.search(name) for name in names):
        raise FileRefused("macros")


def plain_name(given: str, kind: str) -> str:
    """A name to show and to save by: without folders, line breaks or marks that turn it around, with the ending of its kind."""
    base = given.replace("\\", "/").rpartition("/")[2]
    base = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C").strip().strip(".")
    stem, dot, ending = base.rpartition(".")
    ours = ALLOWED[kind]
    if ours == "txt" and dot and ending.lower() in {"csv", "txt", "log", "md"}:
        ours = ending.lower()
    if ours == "jpg" and ending.lower() == "jpeg":
        ours = "jpeg"
    name = stem if dot and 0 < len(ending) <= 5 else base
    return f"{(name or 'file')[:100]}.{ours}"
