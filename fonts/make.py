"""Makes the fonts that pictures are set in from those of the pages: `make fonts`.

Pages load a face in parts, one file for each script, in a format that only browsers read. Whatever
sets type on the server reads one file for each weight. What is in this folder is kept in the
repository, so that the site itself needs no tool for fonts.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent / "static" / "fonts"
SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext"]


def unpacked(name: str, folder: Path) -> Path:
    """The font of this name without the compression of the web, in `folder`."""
    font = TTFont(PAGES / f"{name}.woff2", recalcTimestamp=False)
    font.flavor = None
    path = folder / f"{name}.ttf"
    font.save(path)
    return path


def main() -> None:
    with TemporaryDirectory() as folder:
        for weight in (400, 600):
            parts = [unpacked(f"source-serif-4-{one}-{weight}", Path(folder)) for one in SCRIPTS]
            whole = Merger().merge([str(part) for part in parts])
            whole["head"].created = whole["head"].modified = whole.recalcTimestamp = 0
            whole.save(HERE / f"source-serif-4-{weight}.ttf")
    unpacked("noto-naskh-arabic-400", HERE)


if __name__ == "__main__":
    main()
