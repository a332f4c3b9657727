"""Reads a PDF of ours back as a reader's eye would: its pages' text, glyphs turned to signs by each font's own map."""

import base64
import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"/Length (\d+).*?stream\r?\n", re.DOTALL)
_PIECE = re.compile(rb"/(F[\w+]+) [\d.]+ Tf|\((?P<text>(?:[^()\\]|\\.)*)\) Tj|(?P<line>T\*|ET)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Return everything a PDF says, a line a line."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    maps = dict(_maps(objects))
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    said: list[str] = []
    for page in pages:
        content = re.search(rb"/Contents (\d+) 0 R", page)
        assert content is not None
        said.append(_said(_unpacked(objects[int(content[1])]), maps))
    return "\n".join(said)


def pages_of(pdf: bytes) -> int:
    """Return how many pages it has."""
    return len(re.findall(rb"/Type /Page\b", pdf))


def _said(content: bytes, maps: dict[str, dict[int, str]]) -> str:
    out: list[str] = []
    font: dict[int, str] = {}
    for piece in _PIECE.finditer(content):
        if piece[1]:
            font = maps.get(piece[1].decode(), {})
        elif piece["text"] is not None:
            out.append("".join(font.get(sign, chr(sign)) for sign in _raw(piece["text"])))
        else:
            out.append("\n")
    return re.sub(r"\n+", "\n", "".join(out))


def _raw(escaped: bytes) -> bytes:
    def sign(match: re.Match[bytes]) -> bytes:
        body = match[1]
        return bytes([int(body, 8)]) if body[:1].isdigit() else _ESCAPES.get(body, body)

    return re.sub(rb"\\([0-7]{1,3}|.)", sign, escaped, flags=re.DOTALL)


def _maps(objects: dict[int, bytes]) -> Iterator[tuple[str, dict[int, str]]]:
    names = {int(number): name.decode() for body in objects.values()
             for name, number in re.findall(rb"/(F[\w+]+) (\d+) 0 R", body)}  # fmt: skip
    for number, name in names.items():
        unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        if unicode:
            yield name, _signs(_unpacked(objects[int(unicode[1])]))


def _signs(cmap: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, sign in re.findall(rb"<(\w+)>\s*<(\w+)>", section):
            found[int(code, 16)] = bytes.fromhex(sign.decode()).decode("utf-16-be")
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, _, listed in re.findall(rb"<(\w+)>\s*<(\w+)>\s*\[(.*?)\]", section, re.DOTALL):
            for offset, sign in enumerate(re.findall(rb"<(\w+)>", listed)):
                found[int(first, 16) + offset] = bytes.fromhex(sign.decode()).decode("utf-16-be")
        for first, last, start in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", section):
            for offset in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + offset] = chr(int(start, 16) + offset)
    return found


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    assert stream is not None
    data = body[stream.end() : stream.end() + int(stream[1])]
    if b"ASCII85Decode" in body:
        data = base64.a85decode(data.strip().removesuffix(b"~>"))
    return zlib.decompress(data) if b"FlateDecode" in body else data
