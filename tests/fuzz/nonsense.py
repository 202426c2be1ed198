"""Unexpected input, as from programs, mistakes and attackers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django import forms
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent.parent

# Bytes, as some of them are no text in UTF-8.
KNOWN = [
    b"",
    b" ",
    b"\x00",
    b"ab\x00",
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xff\xfe",
    b"\xc3",
    b"%",
    b"%00",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"-99999999999999999999",
    b"9" * 5000,
    b"1e999",
    b"NaN",
    "²".encode(),  # a digit to Python that is no number
    "٣".encode(),
    b"a" * 5000,
    "ﷺ".encode() * 400,  # 18 letters each when it is folded
    "İ".encode() * 300,
    "\u202e\u200d\ufeff".encode(),
    "e\u0301".encode() * 200,
    b"../../etc/passwd",
    b"..%2f..%2f",
    b"_00",  # the admin reads it as NUL
    b"_ED_A0_80",
    b"\r\nX-Forged: 1",
    b"'\"><script>",
    b"http://[",
    b"http://testserver:99999999/",
    b"//evil.example",
    b"javascript:alert(1)",
    b"a@b",
    "rosa@faß.example".encode(),
    b"@",
    b"xn--",
    b"xn--a@xn--.xn--",
    b".",
    b"2026-13-45T99:99",
    b"0001-01-01T00:00",
    b"0001-01-01",
    b"9999-12-31",
    b"23:59:59",
    b"9999-12-31T23:59",
    b"us_1~a~b",
    b"us_" + b"9" * 5000 + b"~a~b",
    b"eyJ9",
    b"bnVsbA==",  # null, in base64
    b"W10=",  # []
    b"\xf0\x9f\x92\xa9" * 100,
]
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
RAW = st.one_of(st.sampled_from(KNOWN), TEXT.map(str.encode), st.binary(max_size=60))

# Headers that something on the way reads, with what may be wrong with each.
HEADERS: dict[str, list[str]] = {
    "HTTP_HOST": ["evil.example", "[", "testserver:99999", "testserver:x", "", "\xfc", "a" * 5000],
    "HTTP_ACCEPT_LANGUAGE": [";q=x", "*", "zh-Hant;q=1e999", "a" * 5000, ",,;;", "fr-\xfc", "ar"],
    "HTTP_IF_NONE_MATCH": ['"', 'W/"', "*", '"a","b', "\xfc", "a" * 5000],
    "HTTP_IF_MATCH": ['"', "*", '"a"'],
    "HTTP_IF_MODIFIED_SINCE": [
        "nonsense",
        "Sat, 99 Foo 99999999 99:99:99 GMT",
        "Thu, 01 Jan 0000 00:00:00 GMT",
        "Mon, 30 Feb 2026 00:00:00 GMT",
        "9" * 5000,
    ],
    "HTTP_IF_UNMODIFIED_SINCE": ["nonsense", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "HTTP_RANGE": ["bytes=9-1", "bytes=-", "lines=1", "bytes=0-99999999999999999999"],
    "HTTP_X_FORWARDED_FOR": ["", ",", "198.51.100.7:40312", "[::1", "a" * 5000, "::ffff:1.2.3.4"],
    "HTTP_X_FORWARDED_PROTO": ["https", "", "x,https"],
    "HTTP_X_FORWARDED_HOST": ["evil.example", "["],
    "HTTP_ORIGIN": ["null", "", "http://[", "http://testserver", "https://evil.example", "\xfc"],
    "HTTP_SEC_FETCH_SITE": ["same-origin", "cross-site", "nonsense", ""],
    "HTTP_REFERER": ["http://[", "\xfc", "http://testserver/en/", "a" * 5000],
    "HTTP_ACCEPT": [";", "application/json;q=x", "*/*;q=2", "\xfc"],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=x", "\xfc", "*"],
    "HTTP_USER_AGENT": ["", "\xfc" * 3000, "a" * 5000],
    "HTTP_COOKIE": ['sessionid="abcdefgh\\000"', "=", ";;", "csrftoken=\xfc", "a=" + "b" * 5000],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "HTTP_CONTENT_ENCODING": ["gzip"],
    "CONTENT_LENGTH": ["", "-1", "abc", "1", "0", "99999999999"],
    "CONTENT_TYPE": [
        "",
        ";",
        "text/html; charset=undefined",
        "text/html; charset=hex",
        "text/html; x*=nonsense''y",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xfc",
        "multipart/form-data; boundary=x; charset=utf-7",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
    "REMOTE_ADDR": ["", "unix:", "::1", "fe80::1%eth0"],
}


def headers() -> st.SearchStrategy[dict[str, str]]:
    one = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
    )
    return st.one_of(st.just({}), st.lists(one, max_size=2).map(dict))


@lru_cache
def field_names() -> list[str]:
    """Names that pages read: fields of all forms, and names in views and templates."""
    read = re.compile(r"""(?:\.get(?:list)?\(|\["|\sname=)"(\w+)\"""")
    named = {
        name
        for folder in ("campaigns", "config", "letters", "signatories", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".html", ".py"} and "migrations" not in path.parts
        for name in read.findall(path.read_text())
    }
    of_lists = {"p", "o", "q", "all", "e", "_popup", "_to_field", "action", "index", "_save"}
    of_lists |= {"_changelist_filters", "select_across", "_selected_action", "post", "app_label"}
    of_lists |= {"model_name", "field_name", "term", "pk__in", "id__exact", "letter__id__exact"}
    return sorted(named | of_lists | set(_fields(forms.BaseForm)))


def _fields(kind: type) -> Iterator[str]:
    inner: type
    for inner in kind.__subclasses__():
        yield from getattr(inner, "base_fields", ())
        yield from _fields(inner)
