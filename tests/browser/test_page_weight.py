"""The first view of #SpeakOut's letter is light, in each script that the fonts are cut by."""

from __future__ import annotations

import gzip
from collections import defaultdict

import brotli
import pytest
from django.utils import timezone
from playwright.sync_api import Request

from benchmarks.page_weight import kind_of, requests_of
from seeds.loader import HERE, load_letter
from signatories.models import Signature

LIGHT = 100_000  # bytes of the whole page as it comes over the network
SCRIPTS = 15_000  # bytes of JavaScript among them


def weigh(requests: list[Request]) -> dict[str, int]:
    """Bytes by kind, compressed as the site serves them; all stylesheets are one in production."""
    bodies: dict[str, list[bytes]] = defaultdict(list)
    for request in requests:
        response = request.response()
        assert response is not None
        bodies[kind_of(request)].append(response.body())
    return {
        "HTML": sum(len(gzip.compress(body)) for body in bodies["HTML"]),
        "CSS": len(brotli.compress(b"".join(bodies["CSS"]))),
        "JavaScript": sum(len(brotli.compress(body)) for body in bodies["JavaScript"]),
        "fonts": sum(len(body) for body in bodies["fonts"]),
    }


@pytest.mark.parametrize("code", ["en", "ru", "ar"])
def test_a_letter_is_light_at_first_sight(open_window, code):
    load_letter(folder=HERE / "speakout", now=timezone.now())
    page = open_window(viewport={"width": 360, "height": 780})
    weight = weigh(requests_of(page, f"/{code}/letters/speakout/"))
    assert page.locator(".signatory").count() == Signature.objects.public().count() > 0
    assert min(weight.values()) > 0
    assert weight["JavaScript"] < SCRIPTS
    assert sum(weight.values()) < LIGHT, weight
