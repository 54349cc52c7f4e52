"""WeChat's flat XML, read strictly: no document type, no entities, no surprises."""

import re
from xml.parsers import expat

from connectors.wechat.crypto import RejectedRequest

BODY_LIMIT = 64 * 1024
"""Bytes of a request body."""
_DEPTH, _ELEMENTS = 6, 200
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Fields(dict[str, str]):
    """The text of each element under <xml>; elements with children are left out and listed in `nested`."""

    def __init__(self) -> None:
        super().__init__()
        self.nested: set[str] = set()

    def one(self, name: str, pattern: str = r"(?s).*", default: str | None = None) -> str:
        """The text of `name`; RejectedRequest when it is missing, has children or does not match."""
        value = self.get(name, default)
        if value is None or name in self.nested or not re.fullmatch(pattern, value):
            raise RejectedRequest(f"field_{name}")
        return value


def read(body: bytes, *, lenient: bool = False) -> Fields:
    """The elements of an <xml> document in UTF-8; RejectedRequest for anything else.

    `lenient`: control characters are dropped first, for texts whose signature was checked.
    """
    if len(body) > BODY_LIMIT:
        raise RejectedRequest("too_large")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise RejectedRequest("charset") from None
    reader = _Reader()
    try:
        reader.parser.Parse((_ILLEGAL.sub("", text) if lenient else text).encode(), True)
    except (expat.ExpatError, ValueError):
        raise RejectedRequest("xml") from None
    return reader.fields


class _Reader:
    """Handlers of one document."""

    def __init__(self) -> None:
        self.fields = Fields()
        self._path: list[str] = []
        self._text: list[str] = []
        self._elements = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8"):
            raise RejectedRequest("charset")

    def _start(self, name: str, _attributes: object) -> None:
        self._path.append(name)
        self._elements += 1
        if len(self._path) > _DEPTH or self._elements > _ELEMENTS:
            raise RejectedRequest("structure")
        if len(self._path) == 1 and name != "xml":
            raise RejectedRequest("root")
        if len(self._path) == 2 and (name in self.fields or name in self.fields.nested):
            raise RejectedRequest("repeated_element")
        if len(self._path) == 3:
            self.fields.nested.add(self._path[1])
        self._text.clear()

    def _end(self, name: str) -> None:
        if len(self._path) == 2 and name not in self.fields.nested:
            self.fields[name] = "".join(self._text)
        self._text.clear()
        self._path.pop()


def _refuse(*_: object) -> None:
    raise RejectedRequest("document_type")
