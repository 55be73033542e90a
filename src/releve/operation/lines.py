"""Where everything stands in a TOML text: the line of each key, table and list item.

`tomllib` reads the values and says nothing of lines. It has also proved that the text is valid, so that this
index needs no more than the tokens: it walks statements and values and notes the line on which each begins.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\r]+|\#[^\n]*)
  | (?P<newline>\n)
  | (?P<text>\"{3}(?:\\.|[^\\])*?\"{3}(?!\")|'{3}.*?'{3}(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
  | (?P<mark>[\[\]{},=])
  | (?P<word>[^\s\[\]{},=\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def line_index(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every path of a valid TOML text: ("waves", 0, "share_pct") -> 12."""
    return _Walk(list(_tokens(text))).document()


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield _Token(kind, match.group(), line)
        line += match.group().count("\n")
    yield _Token("newline", "\n", line)


class _Walk:
    """One pass over the tokens; `found` fills as it goes."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.found: dict[Path, int] = {}
        self.lists: dict[Path, int] = {}  # how many tables each [[list]] has so far

    def document(self) -> dict[Path, int]:
        here: Path = ()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "newline":
                self.at += 1
            elif token.text == "[":
                here = self.header()
            else:
                self.pair(here)
        return self.found

    def header(self) -> Path:
        line = self.tokens[self.at].line
        self.at += 1
        many = self.tokens[self.at].text == "["
        self.at += many
        keys = self.key("]")
        self.at += 1 + many
        path: Path = ()
        for depth, part in enumerate(keys):
            path = (*path, part)
            last = depth == len(keys) - 1
            if many and last:
                self.found.setdefault(path, line)
                self.lists[path] = self.lists.get(path, 0) + 1
            if path in self.lists:
                path = (*path, self.lists[path] - 1)
        self.found.setdefault(path, line)
        return path

    def pair(self, here: Path) -> None:
        line = self.tokens[self.at].line
        keys = self.key("=")
        self.at += 1
        for depth in range(1, len(keys) + 1):
            self.found.setdefault((*here, *keys[:depth]), line)
        self.value((*here, *keys))

    def key(self, closing: str) -> tuple[str, ...]:
        parts: list[str] = []
        while (token := self.tokens[self.at]).text != closing or token.kind != "mark":
            if token.kind == "text":
                parts.append(tomllib.loads(f"k = {token.text}")["k"])
            else:
                parts.extend(part for part in token.text.split(".") if part)
            self.at += 1
        return tuple(parts)

    def value(self, path: Path) -> None:
        token = self.tokens[self.at]
        if token.text == "[" and token.kind == "mark":
            self.items(path)
        elif token.text == "{" and token.kind == "mark":
            self.inline(path)
        else:
            while self.tokens[self.at].kind in {"text", "word"}:  # a date and a time may be two words
                self.at += 1

    def items(self, path: Path) -> None:
        self.at += 1
        count = 0
        while (token := self.tokens[self.at]).text != "]" or token.kind != "mark":
            if token.kind == "newline" or token.text == ",":
                self.at += 1
                continue
            self.found.setdefault((*path, count), token.line)
            self.value((*path, count))
            count += 1
        self.at += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        while (token := self.tokens[self.at]).text != "}" or token.kind != "mark":
            if token.kind == "newline" or (token.text == "," and token.kind == "mark"):
                self.at += 1
            else:
                self.pair(path)
        self.at += 1
