"""The link preview image that other sites show, 1200 × 630 pixels, as PNG.

Rendered by Typst, which shapes every script without a system library. Text is passed as data and
never read as markup, so staff's text cannot inject any.
"""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from dataclasses import asdict, dataclass
from functools import lru_cache

import typst
from django.conf import settings
from django.core.cache import caches

from config.languages import direction
from config.web.caching import release

TEMPLATE = settings.BASE_DIR / "templates" / "signatories" / "preview.typ"
FONTS = settings.BASE_DIR / "fonts"
WIDTH, HEIGHT = 1200, 630

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Words:
    """Text in one language and its direction: ltr or rtl."""

    text: str
    language: str
    direction: str


def words_in(language: str, text: str) -> Words:
    return Words(text, language, direction(language))


def name(text: str) -> Words:
    """A name, hashtag or URL: its direction is that of its first strong character."""
    strong = next((kind for c in text if (kind := unicodedata.bidirectional(c)) in "L R AL"), "L")
    return Words(text, "en", "ltr" if strong == "L" else "rtl")


@dataclass(frozen=True)
class Run:
    """A part of the line of numbers."""

    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Picture:
    """The text in a picture. `tally` is in the language of `page`."""

    page: Words
    above: Words
    title: Words
    tally: tuple[Run, ...]
    tag: Words
    site: Words

    @property
    def alt_text(self) -> str:
        """The text alternative."""
        tally = "".join(run.text for run in self.tally)
        parts = (self.title.text, self.above.text, tally, self.tag.text)
        return " · ".join(part for part in parts if part)

    def png(self) -> bytes:
        """The image, rendered once for each content and release, by one thread at a time."""
        content = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(f"{release()} {content}".encode()).hexdigest()
        cache = caches["pictures"]
        if (found := cache.get(key)) is None:
            with _one_at_a_time:
                if (found := cache.get(key)) is None:
                    found = _render(content)
                    cache.set(key, found)
        return bytes(found)


@lru_cache
def _fonts() -> typst.Fonts:
    """Our fonts, and the system's for other scripts. Loading them takes half a second."""
    return typst.Fonts(include_embedded_fonts=False, font_paths=[FONTS])


def _render(content: str) -> bytes:
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        format="png",
        ppi=72,  # one point in the template is one pixel
        sys_inputs={"picture": content},
    )
