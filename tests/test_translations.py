"""The translations are complete: no message is missing, none has lost a placeholder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODES = [code for code, _name in settings.LANGUAGES if code != "en"]
FILES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
BORROWED = sorted(ROOT.glob("config/translations/*/LC_MESSAGES/django.po"))
# What has to stay as it is: placeholders of Python, of templates and scripts, and tags.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^<>]+>")
NUMBERS = {"%(number)s", "%(number)d", "%(days)s", "%(days)d", "%(hours)s"}


def entries(code: str) -> list[polib.POEntry]:
    return list(polib.pofile(str(ROOT / f"locale/{code}/LC_MESSAGES/django.po")))


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_language_of_the_site_has_its_file():
    assert sorted(path.parent.parent.name for path in FILES) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated(code):
    assert [entry.msgid for entry in entries(code) if not all(forms(entry)) or entry.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_no_placeholder_is_lost_or_added(code):
    """A plural form that stands for one certain number may say it in words."""
    faults = []
    for entry in entries(code):
        wanted = Counter(PLACEHOLDER.findall(entry.msgid))
        wanted |= Counter(PLACEHOLDER.findall(entry.msgid_plural))
        for form in forms(entry):
            found = Counter(PLACEHOLDER.findall(form))
            lost = wanted - found
            if found - wanted or (set(lost) - NUMBERS if entry.msgid_plural else lost):
                faults.append((entry.msgid, form))
    assert faults == []


def test_all_languages_translate_the_same_messages():
    keys = {code: {(entry.msgctxt, entry.msgid) for entry in entries(code)} for code in CODES}
    assert {code: keys[code] ^ keys["fr"] for code in CODES if keys[code] != keys["fr"]} == {}


@pytest.mark.parametrize("path", [*FILES, *BORROWED], ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_compiled_is_what_is_written(path):
    written = {(e.msgctxt, e.msgid): tuple(forms(e)) for e in polib.pofile(str(path))}
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert {(e.msgctxt, e.msgid): tuple(forms(e)) for e in compiled} == written


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext (apt install gettext)")
def test_every_message_of_the_source_is_in_the_files(tmp_path):
    """Look for messages anew, in a copy, and find none that the files do not know."""
    for name in ("campaigns", "config", "letters", "signatories", "templates", "locale"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo")
        )
    shutil.copy(ROOT / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-v0", "-lfr", "--no-obsolete"],
        cwd=tmp_path,
        env=os.environ | {"DATA_DIR": str(tmp_path / "var")},
        check=True,
        capture_output=True,
    )
    found = polib.pofile(str(tmp_path / "locale/fr/LC_MESSAGES/django.po"))
    known = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in entries("fr")}
    assert {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in found} == known
