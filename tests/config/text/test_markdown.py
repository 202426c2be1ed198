"""Markdown becomes calm, safe HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.text.markdown import TAGS, render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Plain.", "<p>Plain.</p>\n"),
        ("*so* and **so**", "<p><em>so</em> and <strong>so</strong></p>\n"),
        ("One  \ntwo", "<p>One<br>\ntwo</p>\n"),
        ("    Indented by hand.", "<p>Indented by hand.</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>\n"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("---", "<hr>\n"),
        ('"so" -- it\'s...', "<p>“so” – it’s…</p>\n"),
        ("العربية 中文", "<p>العربية 中文</p>\n"),
    ],
)
def test_what_letters_are_written_in(text, html):
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title", "<h3>Title</h3>\n"),
        ("## Title", "<h3>Title</h3>\n"),
        ("###### Title", "<h3>Title</h3>\n"),
        ("## Title\n\n### Part\n\n#### Deep", "<h3>Title</h3>\n<h4>Part</h4>\n<h4>Deep</h4>\n"),
        ("Title\n=====", "<h3>Title</h3>\n"),
    ],
)
def test_headings_start_below_those_of_the_page(text, html):
    assert render_markdown(text) == html


@pytest.mark.parametrize("address", ["https://example.org/a?b=1", "http://a.b", "mailto:a@b.org"])
def test_links_to_pages_and_addresses_are_kept(address):
    assert (
        render_markdown(f"[x]({address})") == f'<p><a href="{address}" rel="noopener">x</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ('<p onclick="x()">y</p>', "<p>&lt;p onclick=“x()”&gt;y&lt;/p&gt;</p>\n"),
        ("<!-- hidden -->", "<p>&lt;!-- hidden --&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](JaVaScRiPt:alert(1))", "<p>[x](JaVaScRiPt:alert(1))</p>\n"),
        ("[x](vbscript:x)", "<p>[x](vbscript:x)</p>\n"),
        ("[x](data:text/html,x)", "<p>[x](data:text/html,x)</p>\n"),
        ("[x](ftp://example.org)", '<p><a rel="noopener">x</a></p>\n'),
        ("[x](tel:123)", '<p><a rel="noopener">x</a></p>\n'),
        ("![pixel](https://spy.example.org/p.png)", "<p></p>\n"),
        ("`<script>`", "<p>&lt;script&gt;</p>\n"),
        ("```\n<script>\n```", "&lt;script&gt;\n\n"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>\n"),
    ],
)
def test_what_could_do_harm_becomes_harmless(text, html):
    assert render_markdown(text) == html


PIECES = (
    "< > script img|src=x |onerror=x \" ' [a]( ) javascript: &#106; ` ![ ] # <svg / <a|href= "
    "data: * & vbscript: ~~~ <!-- -->"
)
HOSTILE = st.lists(
    st.sampled_from([*(piece.replace("|", " ") for piece in PIECES.split()), " ", "\n", "\n\n"]),
    max_size=25,
).map("".join)


@given(HOSTILE | st.text(max_size=80))
def test_no_text_gives_another_tag_or_attribute_than_those_allowed(text):
    html = render_markdown(text)
    tags = re.findall(r"<\s*/?\s*([^\s/>]+)([^>]*)>", html)
    assert {name for name, _rest in tags} - TAGS == set()
    attributes = {
        attribute for _name, rest in tags for attribute in re.findall(r"([^\s=\"]+)=\"", rest)
    }
    assert attributes - {"href", "rel", "title"} == set()
    schemes = set(re.findall(r'href="([a-z]+):', html, flags=re.IGNORECASE))
    assert {scheme.lower() for scheme in schemes} - {"http", "https", "mailto"} == set()
