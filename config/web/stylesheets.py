"""Joins the small stylesheets into one.

static/css/site.css imports the stylesheet of every component and page. Browsers follow the imports,
so developers need no build; `collectstatic` replaces the imports with the files, since each would
cost a round trip before anything is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files import File
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/site.css"
FOLDER = "css/"

_IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_URL = re.compile(r"url\(\s*[\"']?(?!data:)")


class UnusableStylesheet(Exception):
    """An imported stylesheet would not work in the place of its import."""


def flattened(sheet: str, read: Callable[[str], str]) -> str:
    """The sheet with each import replaced by its text, without comments.

    `read` returns the text of a stylesheet by its name. URLs of files are relative to the sheet
    that contains them, so only sheets in the same folder may have any. Imported sheets cannot
    import others.
    """

    def text_of(match: re.Match[str]) -> str:
        name = match[1]
        text = read(name)
        if "@import" in text or ("/" in name and _URL.search(text)):
            raise UnusableStylesheet(name)
        return text

    flat = _IMPORT.sub(text_of, sheet)
    if "@import" in flat:
        raise UnusableStylesheet(SHEET)
    return _COMMENT.sub("", flat)


class OneSheetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Gives static files names with a digest and compressed copies, and joins site.css."""

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Any:
        if SHEET in paths:

            def read(name: str) -> str:
                storage, path = paths[FOLDER + name]
                with storage.open(path) as file:
                    return str(file.read().decode())

            text = flattened(read(SHEET.removeprefix(FOLDER)), read)
            self.delete(SHEET)
            self.save(SHEET, File(BytesIO(text.encode()), SHEET))
            paths = paths | {SHEET: (self, SHEET)}
        return super().post_process(paths, *args, **options)
