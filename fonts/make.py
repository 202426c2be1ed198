"""Build the fonts of link previews from those of the pages: `make fonts`.

Pages load a font in parts, one file for each script, in a format for browsers only. On the server,
one file for each weight is needed. The files in this folder are in the repository, so the site
itself needs no font tools. cut.py builds the pages' own fonts.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "static" / "fonts"
SERIF = ["latin", "latin-ext", "latin-rare", "cyrillic", "cyrillic-ext"]
# Each font: its family, its style, and the parts to merge.
FONTS = {
    "letter-serif-400": ("Letter Serif", "Regular", [f"letter-serif-{one}-400" for one in SERIF]),
    "letter-serif-600": ("Letter Serif", "SemiBold", [f"letter-serif-{one}-600" for one in SERIF]),
    "noto-naskh-arabic-400": (
        "Noto Naskh Arabic",
        "Regular",
        ["noto-naskh-arabic-400", "noto-naskh-arabic-rare-400"],
    ),
}
FAMILY, STYLE, FULL, POSTSCRIPT = 1, 2, 4, 6  # IDs in a font's name table


def unpacked(name: str, folder: Path) -> str:
    """Unpack the font of this name from WOFF2 into `folder`; returns the path."""
    font = TTFont(PAGES / f"{name}.woff2", recalcTimestamp=False)
    font.flavor = None
    path = folder / f"{name}.ttf"
    font.save(path)
    return str(path)


def make(name: str) -> None:
    """Merge the parts of one font and set its names."""
    family, style, parts = FONTS[name]
    with TemporaryDirectory() as folder:
        font = Merger().merge([unpacked(part, Path(folder)) for part in parts])
    names = {
        FAMILY: family,
        STYLE: style,
        FULL: f"{family} {style}",
        # Typst ignores a font without this name.
        POSTSCRIPT: f"{family.replace(' ', '')}-{style}",
    }
    for number, words in names.items():
        font["name"].setName(words, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = font.recalcTimestamp = 0
    font.save(HERE / f"{name}.ttf")


if __name__ == "__main__":
    for name in FONTS:
        make(name)
