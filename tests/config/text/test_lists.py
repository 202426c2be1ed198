"""Lists in a sentence have the separators of the reader's language."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from config.text.lists import comma_list, semicolon_list


@pytest.mark.parametrize(
    ("items", "expected"), [([], ""), (["50 %"], "50 %"), (["a", 2, "%(c)s"], "a, 2, %(c)s")]
)
def test_items_are_joined_as_they_are(items, expected):
    assert comma_list(items) == expected


def test_arabic_has_its_own_comma_and_semicolon():
    with override("ar"):
        assert (comma_list("اب"), semicolon_list("اب")) == ("ا، ب", "ا؛ ب")


def test_a_template_separates_elements_as_the_language_does():
    template = Template("{% load lists %}<b>ا</b>{% comma %}<b>ب</b>{% semicolon %}<b>ج</b>")
    with override("ar"):
        assert template.render(Context()) == "<b>ا</b>، <b>ب</b>؛ <b>ج</b>"


def test_a_template_escapes_each_item():
    template = Template("{% load lists %}{{ names|semicolon_list }}")
    assert template.render(Context({"names": ["<b>", "A & B"]})) == "&lt;b&gt;; A &amp; B"
