"""A partner's two colours, and the frame colours derived from them.

Contrast is as in WCAG 2.2 (1.4.3 and 1.4.11), from the relative luminance of sRGB. A pair that is
hard to read is not used at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

READABLE = 4.5  # minimum contrast for text
VISIBLE = 3.0  # minimum contrast for the edge of a control

BLACK, WHITE = "000000", "ffffff"
# The site's own colours, light and dark (static/css/tokens.css).
ACCENT, GROUND = "1b3f78", "ffffff"
STATES = {"good": ("1a5434", "a2d9b6"), "warn": ("694000", "efc97d"), "bad": ("8a1919", "f4b6b1")}
NEW = "f0c400"


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def luminance(colour: str) -> float:
    """From 0 for black to 1 for white."""
    shares = [value / 255 for value in channels(colour)]
    red, green, blue = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 for equal colours to 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the first colour, the rest of the other."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def clearest(ground: str, *candidates: str) -> str:
    return max(candidates, key=lambda colour: contrast(colour, ground))


def faintest(ink: str, ground: str, least: float, start: float) -> str:
    """The faintest mix of `ink` that has `least` contrast, from a share of `start` upwards."""
    shares = [start + step * (1 - start) / 20 for step in range(20)]
    found = (mixed(ink, ground, share) for share in shares)
    return next((colour for colour in found if contrast(colour, ground) >= least), ink)


def wash(colour: str, ground: str, share: float, *texts: str) -> str:
    """The ground tinted with a colour, if these texts stay readable on it."""
    washed = mixed(colour, ground, share)
    is_readable = all(contrast(text, washed) >= READABLE for text in texts)
    return washed if is_readable else ground


@dataclass(frozen=True)
class Theme:
    """`accent` for links and buttons on `ground`; six hexadecimal digits each."""

    accent: str
    ground: str

    @property
    def contrast(self) -> float:
        return contrast(self.accent, self.ground)

    @property
    def is_readable(self) -> bool:
        return self.contrast >= READABLE

    @property
    def query(self) -> str:
        return "?" + urlencode({"accent": self.accent, "ground": self.ground})

    @property
    def colours(self) -> dict[str, str]:
        """Every colour in tokens.css, by its name there."""
        ground, accent = self.ground, self.accent
        ink = clearest(ground, BLACK, WHITE)
        near_ink = mixed(ink, ground, 0.9)
        ink = near_ink if contrast(near_ink, ground) >= 7 else ink
        soft = faintest(ink, ground, 5, 0.75)
        strong = mixed(accent, ink, 0.7)
        on_accent = max(
            (BLACK, WHITE), key=lambda text: min(contrast(text, accent), contrast(text, strong))
        )
        found = {
            "ground": ground,
            "paper": ground,
            "ink": ink,
            "ink-soft": soft,
            "line": mixed(ink, ground, 0.15),
            "line-strong": faintest(ink, ground, VISIBLE, 0.3),
            "accent": accent,
            "accent-strong": strong,
            "on-accent": on_accent,
            "accent-wash": wash(accent, ground, 0.08, accent, strong, ink),
            "new-wash": wash(NEW, ground, 0.2, ink, soft, accent),
        }
        for name, pair in STATES.items():
            colour = clearest(ground, *pair)
            colour = colour if contrast(colour, ground) >= READABLE else ink
            found[name] = colour
            found[f"{name}-wash"] = wash(colour, ground, 0.08, colour, ink)
        return found

    @property
    def scheme(self) -> str:
        """The colour scheme for what the browser draws itself, such as select menus."""
        return "light" if clearest(self.ground, BLACK, WHITE) == BLACK else "dark"

    @property
    def stylesheet(self) -> str:
        """Outside all layers, so that it overrides the site's own colours, including dark ones."""
        lines = [f"  --{name}: #{colour};" for name, colour in self.colours.items()]
        return "\n".join([":root {", f"  color-scheme: {self.scheme};", *lines, "}", ""])


def colour(text: str) -> str:
    """Six lower-case hexadecimal digits, from #1B3F78 or 1b3f78. Raises ValueError otherwise."""
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", text.strip(), flags=re.ASCII)
    if found is None:
        raise ValueError("A colour is written in six hexadecimal digits.")
    return found[1].lower()


@dataclass(frozen=True)
class ThemeChoice:
    """The colours from query parameters, and a remark for the developer."""

    theme: Theme | None = None
    remark: str = ""


def theme_from_query(query: Mapping[str, str]) -> ThemeChoice:
    """Read `accent` and `ground` where valid. The remark never repeats the submitted text."""
    if not query.get("accent") and not query.get("ground"):
        return ThemeChoice()
    try:
        theme = Theme(colour(query.get("accent") or ACCENT), colour(query.get("ground") or GROUND))
    except ValueError:
        return ThemeChoice(
            remark="accent and ground have six hexadecimal digits each; they are not used"
        )
    if not theme.is_readable:
        found = f"accent on ground has a contrast of {theme.contrast:.2f}"
        return ThemeChoice(remark=f"{found}; at least {READABLE} is needed, so they are not used")
    return ThemeChoice(theme)
