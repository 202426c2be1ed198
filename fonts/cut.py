"""Rebuild static/fonts/: the fonts of the letters, cut to what pages need, in files by script.

    npm pack @fontsource/source-serif-4@5.3.1 @fontsource/noto-naskh-arabic@5.3.0
    for one in *.tgz; do tar xzf $one --one-top-level --strip-components=1; done
    pip install fonttools brotli
    python fonts/cut.py . && git diff --stat static/fonts

Leaves out features that no stylesheet uses, hinting, and names. The licence reserves the name
“Source” for unchanged fonts, so the family is called Letter Serif here. Rare letters are in
separate files, which only pages with such letters load. static/css/fonts.css has the ranges.
"""

from __future__ import annotations

import subprocess  # nosec B404
import sys
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
FEATURES = "ccmp,locl,liga,rlig,init,medi,fina,kern,mark,mkmk,pnum,tnum"
COPYRIGHT = "0,13,14"  # name IDs: copyright and licence

# Latin letters of Europe's languages, of Turkish, Azerbaijani and Romanian.
EUROPE = (
    "U+0100-0130,U+0132-0151,U+0154-017F,U+018F,U+0192,U+01CD-01DC,U+01E6-01E7,U+01FC-01FF,"
    "U+0218-021B,U+0259"
)
# Arabic and Persian, with their figures and marks.
ARABIC = (
    "U+060C,U+061B,U+061F,U+0621-063A,U+0640-0655,U+0660-066D,U+0670-0671,U+067E,U+0686,U+0698,"
    "U+06A9,U+06AF,U+06CC,U+06F0-06F9,U+200C-200E,U+2010-2011"
)
EVERYTHING = "U+0020-2FFF,U+A640-FEFF,U+FFFD"
STYLES = {"400": "400-normal", "400-italic": "400-italic", "600": "600-normal"}


def cut(source: Path, target: str, keep: str, leave: str = "") -> None:
    """Write the part of a font that has the characters of `keep` and not those of `leave`."""
    command = [sys.executable, "-m", "fontTools.subset", str(source), "--flavor=woff2"]
    command += [f"--output-file={FONTS / target}", f"--layout-features={FEATURES}"]
    command += ["--unicodes-file=/dev/stdin", f"--name-IDs={COPYRIGHT}", "--no-hinting"]
    wanted = without(keep, leave)
    command += ["--ignore-missing-unicodes"]
    subprocess.run(command, input=wanted, text=True, check=True)  # nosec B603
    print(f"{target}  {(FONTS / target).stat().st_size} bytes")


def without(ranges: str, others: str) -> str:
    """The characters of the first ranges that are in none of the others."""
    return "\n".join(f"U+{one:X}" for one in sorted(characters(ranges) - characters(others)))


def characters(ranges: str) -> set[int]:
    """The code points of ranges as CSS writes them: U+0192,U+01CD-01DC."""
    found: set[int] = set()
    for written in filter(None, ranges.split(",")):
        first, _dash, last = written.removeprefix("U+").partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def main(folder: Path) -> None:
    (serif,) = folder.glob("fontsource-source-serif-4-*/files")
    (naskh,) = folder.glob("fontsource-noto-naskh-arabic-*/files")
    for style, source in STYLES.items():
        for script in ("latin", "cyrillic", "cyrillic-ext"):
            font = serif / f"source-serif-4-{script}-{source}.woff2"
            cut(font, f"letter-serif-{script}-{style}.woff2", EVERYTHING)
        font = serif / f"source-serif-4-latin-ext-{source}.woff2"
        cut(font, f"letter-serif-latin-ext-{style}.woff2", EUROPE)
        cut(font, f"letter-serif-latin-rare-{style}.woff2", EVERYTHING, leave=EUROPE)
    font = naskh / "noto-naskh-arabic-arabic-400-normal.woff2"
    cut(font, "noto-naskh-arabic-400.woff2", ARABIC)
    cut(font, "noto-naskh-arabic-rare-400.woff2", EVERYTHING, leave=ARABIC)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Name the folder of the unpacked packages: python fonts/cut.py FOLDER")
    main(Path(sys.argv[1]))
