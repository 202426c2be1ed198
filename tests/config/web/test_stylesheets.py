"""Small stylesheets become one, and fonts are in files that do not overlap."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import brotli
import icu
import pytest
from django.conf import settings
from django.core.management import call_command

from config.languages import FONTS as FONTS_BY_SCRIPT
from config.languages import font, script
from config.web.stylesheets import SHEET, UnusableStylesheet, flattened

STATIC = settings.BASE_DIR / "static"
CSS = STATIC / "css"
FONTS = CSS / "fonts.css"
NOT_PUBLIC = {"admin.css", "site.css"}

SHEETS = {
    "tokens.css": "@layer tokens, base;\n",
    "fonts.css": '@font-face { src: url("../fonts/a.woff2") }\n',
    "components/card.css": "/* A card. */\n.card { color: red }\n",
}


def test_imported_sheets_stand_in_the_place_of_their_imports():
    sheet = "/* All. */\n" + "".join(f'@import "{name}";\n' for name in SHEETS)
    assert flattened(sheet, SHEETS.__getitem__) == (
        '@layer tokens, base;\n@font-face { src: url("../fonts/a.woff2") }\n.card { color: red }\n'
    )


@pytest.mark.parametrize(
    "text",
    ["@import 'more.css';\n", '.card { background: url("card.svg") }\n', "a { src: url(x.png) }"],
)
def test_a_sheet_that_cannot_be_inlined_is_refused(text):
    with pytest.raises(UnusableStylesheet):
        flattened('@import "components/card.css";\n', lambda name: text)


def test_an_import_that_is_not_understood_is_refused():
    with pytest.raises(UnusableStylesheet):
        flattened("@import url(tokens.css);\n", SHEETS.__getitem__)


def test_a_picture_within_a_sheet_may_stay():
    text = ".tick { background: url(data:image/svg+xml,x) }\n"
    assert flattened('@import "components/tick.css";\n', lambda name: text) == text


def test_collecting_makes_one_sheet_with_the_digests_of_its_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "config.web.stylesheets.OneSheetStorage"}
    }
    for _twice in range(2):
        call_command("collectstatic", interactive=False, verbosity=0)
    (sheet,) = tmp_path.glob("css/site.*.css")
    text = sheet.read_text()
    assert text.lstrip().startswith("@layer tokens, base, components, pages;")
    assert "@import" not in text
    assert ".facts-number" in text
    fonts = re.findall(r'url\("\.\./fonts/([^"]+)"\)', text)
    assert [name for name in fonts if not re.search(r"\.[0-9a-f]{12}\.woff2$", name)] == []
    assert [name for name in fonts if not (tmp_path / "fonts" / name).exists()] == []
    assert brotli.decompress(Path(f"{sheet}.br").read_bytes()).decode() == text


def test_every_stylesheet_is_imported_or_linked():
    sheet = (STATIC / SHEET).read_text()
    imported = set(re.findall(r'@import "([^"]+)";', sheet))
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    linked = {
        name for page in pages for name in re.findall(r"'css/([\w/.-]+\.css)'", page.read_text())
    }
    there = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")} - NOT_PUBLIC
    assert imported - there == set()
    assert there - imported - linked == set()


# The fonts


def faces() -> list[dict[str, str]]:
    """Each @font-face that fetches a file, as its descriptors."""
    blocks = re.findall(r"@font-face \{(.*?)\}", FONTS.read_text(), re.DOTALL)
    found = [dict(re.findall(r"([\w-]+):\s*(.*?);", block, re.DOTALL)) for block in blocks]
    return [face for face in found if "unicode-range" in face]


def characters(ranges: str) -> set[int]:
    found: set[int] = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_every_font_file_is_named_once_and_there():
    named = re.findall(r'url\("\.\./fonts/([^"]+)"\)', FONTS.read_text())
    assert sorted(named) == sorted(path.name for path in (STATIC / "fonts").glob("*.woff2"))


def test_no_character_is_in_two_files_of_one_style():
    """Browsers would use the later file, and load the earlier one for nothing."""
    overlapping = [
        (one["src"], other["src"])
        for one, other in combinations(faces(), 2)
        if all(one[key] == other[key] for key in ("font-family", "font-style", "font-weight"))
        and characters(one["unicode-range"]) & characters(other["unicode-range"])
    ]
    assert len(faces()) == 17
    assert overlapping == []


UNSLANTED = {"Arab", "Cyrl", "Hans", "Hant", "Hebr", "Jpan", "Kore"}


def test_every_language_of_an_unslanted_script_is_named_so_that_a_new_one_needs_no_style():
    known = {icu.Locale(name).getLanguage() for name in icu.Locale.getAvailableLocales()}
    (selector,) = re.findall(r"(:is\([^{]*){\s*--slanted: normal", (CSS / "tokens.css").read_text())
    named = re.findall(r":lang\((\w+)\)", selector)
    assert sorted(named) == sorted(code for code in known if script(code) in UNSLANTED)


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_a_page_fetches_no_font_early_but_those_of_its_script(client, code):
    page = client.get(f"/{code}/").content.decode()
    early = re.findall(r'rel="preload" href="[^"]*/(fonts/[a-z0-9-]+\.woff2)', page)
    assert early == ["fonts/letter-serif-latin-400.woff2", *filter(None, [font(code)])]


@pytest.mark.parametrize("path", FONTS_BY_SCRIPT.values())
def test_the_font_of_a_script_is_there(path):
    assert (STATIC / path).is_file()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "scripts"),
    [("en", ["latin"]), ("ru", ["latin", "cyrillic"]), ("kk", ["latin", "cyrillic"])],
)
def test_the_letters_of_the_pages_own_script_are_fetched_first(client, code, scripts):
    page = client.get(f"/{code}/").content.decode()
    early = re.findall(r'rel="preload" href="[^"]*/fonts/letter-serif-([a-z]+)-400', page)
    assert early == scripts
