"""Findings of static scanners are only where docs/security.md assesses them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signatories.signing import emails
from tests.factories import SignatureFactory

ROOT = Path(__file__).resolve().parent.parent
APPS = ("campaigns", "config", "letters", "signatories")
SECTION = "### What static scanners report\n"

# How to find each finding of the document in the code.
FOUND_BY = {
    "raw SQL": r"\.execute(?:many)?\(|RawSQL|\.raw\(|\.extra\(",
    "`autoescape off`": r"autoescape off",
    "`mark_safe`, `SafeString`": r"\bmark_safe\(|\bSafeString\(|\bSafeText\(",
    "`csrf_exempt`": r"\bcsrf_exempt\b",
    "XML library": r"import ElementTree|minidom|\blxml\b|import sax",
    "weak random numbers": r"^import random|^from random",
    "starts programs": r"\bsubprocess\b|os\.(?:system|popen|exec|spawn)",
}
# What must not be on the site at all, as it would trust or execute text.
NEVER = (
    r"\|\s*safe(?:seq)?\b(?!\w)"
    r"|(?<![\w.])(?:eval|exec)\("
    r"|^\s*(?:import|from) (?:pickle|marshal|yaml|dill|shelve)\b"
    r"|shell=True|verify=False|yaml\.load|html_safe|is_safe=True"
)


def files() -> list[Path]:
    """The code and templates that serve the site."""
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found += [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    return sorted(path for path in found if "migrations" not in path.parts)


def places(pattern: str) -> set[str]:
    """The files that have it; mails as their folder."""
    having = (
        path.relative_to(ROOT) for path in files() if re.search(pattern, path.read_text(), re.M)
    )
    mail = Path("templates/mail")
    return {f"{mail}/" if path.parent == mail else str(path) for path in having}


def judged() -> dict[str, set[str]]:
    """The document's assessments, by finding. A row without a finding continues the one above."""
    rest = (ROOT / "docs" / "security.md").read_text().partition(SECTION)[2]
    found: dict[str, set[str]] = {}
    remark = ""
    for row in re.findall(r"^\|(.*)\|$", rest.partition("\n### ")[0], re.M)[2:]:
        first, where, _why = row.split(" | ", 2)
        remark = first.strip(" |") or remark
        found.setdefault(remark, set()).update(re.findall(r"`([\w/.]+)`", where))
    return found


@pytest.mark.parametrize("remark", FOUND_BY)
def test_what_scanners_remark_is_where_it_was_judged(remark):
    assert places(FOUND_BY[remark]) == judged()[remark]


def test_no_text_is_trusted_or_executed():
    assert places(NEVER) == set()


@pytest.mark.parametrize(
    "line",
    [
        "{{ name|safe }}",
        "{{ names|safeseq|join:', ' }}",
        "eval(text)",
        "import pickle",
        "  exec(x)",
    ],
)
def test_the_search_finds_such_lines(line):
    assert re.search(NEVER, f"first\n{line}\n", re.M)


@pytest.mark.django_db
def test_mails_are_texts_so_nothing_in_them_is_html(outbox):
    """As many as a mail's template can be reached without a browser."""
    message = emails.confirmation(SignatureFactory(unconfirmed=True, signed_as="A & B <c>").pk)
    assert message is not None
    assert message.content_subtype == "plain"
    assert not getattr(message, "alternatives", [])


def test_no_mail_is_made_of_more_than_text():
    assert (
        places(r"EmailMultiAlternatives|attach_alternative|html_message|content_subtype") == set()
    )
