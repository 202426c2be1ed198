"""Files, tests and link targets named in the documents exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests import quick

ROOT: Path = settings.BASE_DIR
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ROOMS = "|".join(path.name for path in ROOT.iterdir() if path.is_dir() and path.name.isalpha())


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.name)
def document(request) -> Path:
    return request.param


def test_every_file_that_is_named_exists(document):
    named = re.findall(rf"`((?:{ROOMS})/[\w/.-]+\.\w+)", document.read_text())
    assert [name for name in dict.fromkeys(named) if not (ROOT / name).is_file()] == []


def test_every_test_that_is_named_exists(document):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", document.read_text())
    missing = [name for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert missing == []


def test_every_link_within_the_repository_leads_somewhere(document):
    for target, _hash, heading in re.findall(
        r"\]\((?!https?:|mailto:)([^)#\s]*)(#?)([^)\s]*)\)", document.read_text()
    ):
        path = document.parent / target if target else document
        assert path.exists(), target
        if heading and path.suffix == ".md":
            assert heading in headings(path), f"{target}#{heading}"


@pytest.mark.parametrize("left_out", quick.LEFT_OUT)
def test_what_the_quick_run_leaves_out_is_there(left_out):
    assert (ROOT / "tests" / left_out).exists()


def headings(path: Path) -> set[str]:
    """The headings of a document as links name them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in found}
