"""Bytes to documents: encodings, plain text, HTML, JSON lines; what cannot be read is one `Unreadable` each."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from translate.article import Document

Format = Literal["auto", "text", "html", "jsonl"]

_SUFFIXES: dict[str, Format] = {
    ".txt": "text", ".text": "text", ".md": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"\x7fELF")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffc]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]|\f")
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|p)\b", re.I | re.S)
_DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
# What a wrong encoding leaves in Italian: UTF-8 read as cp1252 or Latin-1.
_MOJIBAKE = re.compile("Ã[\x80-\xbf¡-¿ €‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Â[\xa0«»°·’]|Ã\\s")
_BLANK_LINES, _LINES = re.compile(r"\n[^\S\n]*\n\s*"), re.compile(r"\n\s*")
# Characters; what is left of a page without an article is a word or two of its menus.
_LEAST_ARTICLE = 25


class Unreadable(Exception):
    """An input that gives no article; the message says why and what would mend it."""


@dataclass(frozen=True)
class Fields:
    """The names under which JSON lines hold an article's id, title and text."""

    id: str = "id"
    title: str = "title"
    text: str = "text"


@dataclass(frozen=True)
class Source:
    """One thing to read: a file, or standard input where `path` is None. `root` is the folder it was found under."""

    path: Path | None
    root: Path | None = None

    @property
    def label(self) -> str:
        """The name by which messages call it."""
        return "standard input" if self.path is None else str(self.path)

    @property
    def suffix(self) -> str:
        """The ending of the file's name, with its dot, or nothing."""
        return "" if self.path is None else self.path.suffix


def find(inputs: list[str]) -> Iterator[Source | Unreadable]:
    """The files that `inputs` name: files, folders (searched through), globs, `-`; in sorted order within each.

    A name that leads nowhere comes out as an `Unreadable`, in its place.
    """
    for name in inputs:
        path = Path(name)
        if name == "-":
            yield Source(None)
        elif path.is_dir():
            files = sorted(
                p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES and p.is_file() and not _is_hidden(p, path)
            )
            if not files:
                endings = " ".join(_SUFFIXES)
                yield Unreadable(
                    f"{name}: no articles in this folder (looked for {endings}); name files of other endings one by one"
                )
            yield from (Source(file, path) for file in files)
        elif path.exists() or not any(c in name for c in "*?["):
            yield Source(path)
        else:
            matches = sorted(p for p in _glob(name) if p.is_file())
            if not matches:
                yield Unreadable(f"{name}: nothing matches this pattern; check the folder and the spelling")
            yield from (Source(match) for match in matches)


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _glob(pattern: str) -> Iterator[Path]:
    import glob

    return (Path(match) for match in glob.iglob(pattern, recursive=True))  # noqa: PTH207 - absolute patterns too


def read(label: str, name: str, data: bytes, suffix: str, form: Format, fields: Fields) -> Iterator[Document | Unreadable]:
    """The documents in `data`: one, or one a line of JSON lines.

    `label` is for messages, `name` becomes the document's name where it brings none of its own, `suffix` (`.html`)
    tells the format where `form` is "auto" and the content does not.
    """
    try:
        text, repairs = decode(data)
    except Unreadable as problem:
        yield Unreadable(f"{label}: {problem}")
        return
    if form == "auto":
        form = format_of(text, suffix)
    if form == "jsonl":
        yield from _read_json_lines(label, name, text, repairs, fields)
        return
    try:
        body = _article_of_html(text) if form == "html" else text
        yield _document(name, body, repairs)
    except Unreadable as problem:
        yield Unreadable(f"{label}: {problem}")


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """`data` as text with plain line ends and no invisible characters, and what had to be done for that.

    UTF-8, UTF-16 and UTF-32 are known by their mark, UTF-8 and UTF-16 without it too; what is left is one of the
    Western encodings, as charset-normalizer tells. Text that was decoded wrongly before it came here (`perchÃ©`) is
    repaired by ftfy.

    Raises Unreadable where `data` is empty or no text.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable("empty; nothing to translate")
    if data.startswith(_BINARY):
        raise Unreadable("not a text file; convert it to plain text or HTML first")
    repairs: list[str] = []
    encoding = encoding_of(data)
    text = data.decode(encoding, errors="replace")
    if encoding not in ("utf-8", "utf-8-sig"):
        repairs.append(f"read as {encoding}")
    lost = text.count("\ufffd")
    if lost > max(1, len(text) // 20) or _looks_binary(text):
        raise Unreadable("not a text file; convert it to plain text or HTML first")
    if lost:
        repairs.append(f"{lost} bytes that are not {encoding} shown as \ufffd")
    mended = decoded_anew(text)
    if mended != text:
        repairs.append("repaired a wrong encoding (such as perchÃ© for perché)")
    return clean(mended), tuple(repairs)


def decoded_anew(text: str) -> str:
    """`text`, repaired by ftfy where it was decoded wrongly before it came here (`perchÃ©`)."""
    if not _MOJIBAKE.search(text):
        return text
    import ftfy

    return "".join(ftfy.fix_encoding(line) for line in text.splitlines(keepends=True))


def clean(text: str) -> str:
    """`text` with plain line ends, without control and invisible characters and halves of surrogate pairs."""
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", _CONTROL.sub("", _LINE_ENDS.sub("\n", text))))


def encoding_of(data: bytes) -> str:
    """The encoding of `data`, by its mark, its bytes, what it says of itself, or as the likeliest."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:4096]
    if len(head) >= 8 and head.count(0) > len(head) // 4:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > 3 * min(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
    declared = _DECLARED.search(head)
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as problem:
        # A few bad bytes in a long text that is otherwise UTF-8 do not make it another encoding.
        multibyte = sum(1 for byte in data if byte in (0xC3, 0xE2))
        if problem.start > 0 and multibyte > 3 and data.decode("utf-8", "replace").count("\ufffd") * 10 < multibyte:
            return "utf-8"
    if declared:
        name = declared[1].decode("ascii", "replace").lower()
        try:
            codecs.lookup(name)
            if not name.startswith("utf"):
                return "cp1252" if name in ("iso-8859-1", "latin-1", "latin1") else name
        except LookupError:
            pass
    return _western(data)


def _western(data: bytes) -> str:
    """cp1252 (a superset of ISO-8859-1 in print), unless another single-byte encoding is far likelier for Italian."""
    from charset_normalizer import from_bytes

    try:
        data.decode("cp1252")
        return "cp1252"
    except UnicodeDecodeError:
        best = from_bytes(data[:50_000], cp_isolation=["cp1252", "latin_1", "mac_roman", "cp850", "iso8859_15"]).best()
        return best.encoding if best else "latin-1"


def _looks_binary(text: str) -> bool:
    sample = text[:20_000]
    controls = len(_CONTROL.findall(sample))
    return controls > 8 and controls > len(sample) // 20


def format_of(text: str, suffix: str) -> Format:
    """What `text` is by its file's ending, and where that does not tell by how it begins."""
    known = _SUFFIXES.get(suffix.lower())
    if known in ("html", "jsonl"):
        return known
    if _HTML.match(text[:3000]):
        return "html"
    if text.lstrip().startswith("{"):
        try:
            if isinstance(json.loads(text.lstrip().split("\n", 1)[0]), dict):
                return "jsonl"
        except ValueError:
            pass
    return "text"


def _article_of_html(text: str) -> str:
    """The article's own text, paragraphs parted by blank lines, its title first; from trafilatura."""
    import logging

    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(text, include_comments=False, include_tables=False, with_metadata=True)
    except Exception as problem:
        # Broken markup makes its parsers raise what they like; to the user it is one page that cannot be read.
        raise Unreadable(
            f"this HTML cannot be read ({type(problem).__name__}); save the page's text, then --format text"
        ) from problem
    body = (getattr(found, "text", None) or "").strip() if found is not None else ""
    if len(body) < _LEAST_ARTICLE:
        raise Unreadable("no article text found in this HTML; save the page's text and try again with --format text")
    title = _INVISIBLE.sub("", (getattr(found, "title", None) or "").strip())
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    if title and title not in lines[:3]:
        lines.insert(0, title)
    return "\n\n".join(lines)


def _read_json_lines(
    label: str, name: str, text: str, repairs: tuple[str, ...], fields: Fields
) -> Iterator[Document | Unreadable]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield read_json_line(f"{label}, line {number}", f"{name}-{number}", line, repairs, fields)


def read_json_line(where: str, name: str, line: str, repairs: tuple[str, ...], fields: Fields) -> Document | Unreadable:
    """The document of one line of JSON lines; `where` is for messages, `name` its name where it brings none of its own."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as problem:
        return Unreadable(f"{where}: not JSON ({problem}); one JSON object a line is needed")
    body = record.get(fields.text) if isinstance(record, dict) else None
    if not isinstance(body, str) or not body.strip():
        return Unreadable(f'{where}: no text under "{fields.text}"; name the field with --text-field')
    title = record.get(fields.title)
    own = record.get(fields.id)
    if isinstance(title, str) and title.strip():
        body = f"{title.strip()}\n\n{body}"
    try:
        return _document(clean(str(own)) if own not in (None, "") else name, clean(body), repairs)
    except Unreadable as problem:
        return Unreadable(f"{where}: {problem}")


def _document(name: str, text: str, repairs: tuple[str, ...]) -> Document:
    spans = paragraphs(text)
    if not spans:
        raise Unreadable("empty; nothing to translate")
    return Document(name, text, tuple(spans), repairs)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Paragraphs as (start, end), without the blanks around them: parted by blank lines, or lines where there are none."""
    return paragraphs_by(parting_of(text), text)


def parting_of(text: str) -> re.Pattern[str]:
    """What parts the paragraphs of `text`: blank lines, or line ends where it has none."""
    return _BLANK_LINES if re.search(r"\S[^\S\n]*\n[^\S\n]*\n\s*\S", text) else _LINES


def paragraphs_by(parting: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Paragraphs as (start, end), without the blanks around them, parted by `parting`."""
    spans, at = [], 0
    for gap in [*parting.finditer(text), None]:
        start, end = at, gap.start() if gap else len(text)
        body = text[start:end]
        stripped = body.strip()
        if stripped:
            start += body.index(stripped)
            spans.append((start, start + len(stripped)))
        at = gap.end() if gap else at
    return spans
