"""What a browser would submit from a page: its fields with their values."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name and kind not in {"submit", "button", "image", "file"}:
            if kind not in {"checkbox", "radio"} or "checked" in given:
                self.found[name] = given.get("value", "on")
            elif kind == "radio":
                self.found.setdefault(name, given.get("value", "on"))
        elif tag == "textarea" and name:
            self._text, self.found[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            value = given.get("value", "")
            if "selected" in given or not self.found.get(self._select):
                self.found[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] += data


def fields_of(page: bytes) -> dict[str, str]:
    """Names and values of all fields of all forms; for choices the selected one, or the first."""
    parser = _Fields()
    parser.feed(page.decode(errors="replace"))
    return parser.found
