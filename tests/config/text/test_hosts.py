"""Hosts are compared in one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.text.hosts import LONGEST, ascii_host, readable, web_address


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("example.org", "example.org"),
        (" Example.ORG. ", "example.org"),
        ("example.org。", "example.org"),
        ("ｅｘａｍｐｌｅ．ｏｒｇ", "example.org"),
        ("faß.example", "xn--fa-hia.example"),
        ("FAẞ.example", "xn--fa-hia.example"),
        ("XN--FA-HIA.Example", "xn--fa-hia.example"),
        ("fass.example", "fass.example"),
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("ΒΌΛΟΣ.com", "xn--nxasmq6b.com"),  # capitals have no final sigma
        ("نامه\u200cای.com", "xn--mgba3gch31f060k.com"),  # a joiner that Persian needs
        ("bu\u0308ro.example", "xn--bro-hoa.example"),
        ("bü\u00adro.example", "xn--bro-hoa.example"),
        ("ПРЕЗИДЕНТ.РФ", "xn--d1abbgf6aiiy.xn--p1ai"),
        ("localhost", "localhost"),
        ("_dmarc.foo_bar.example", "_dmarc.foo_bar.example"),
        ("r3---sn.example", "r3---sn.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[2001:DB8:0:0:0:0:0:1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("1000.org", "1000.org"),
    ],
)
def test_a_host_has_one_form(written: str, host: str) -> None:
    assert ascii_host(written) == host


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        ".example.org",
        "example..org",
        "example.org..",
        "-example.org",
        "example-.org",
        "exam ple.org",
        "me@example.org",
        "example.org:443",
        "https://example.org",
        "fa%c3%9f.example",
        "xn--fass-.example",
        "xn--a-ecp.ru",  # says a letter that no name has
        "a\u200db.example",  # a joiner where nothing joins
        "ab\u2067.example",
        "300.0.0.1",
        "1.2.3",
        "[::1",
        "fe80::1%eth0",
        f"{'a' * 64}.example",
        f"{'ü' * 60}.example",
        ".".join(["a" * 63] * 4),
        "ü" * 2000,
    ],
)
def test_an_invalid_host_has_no_form(written: str) -> None:
    assert ascii_host(written) == ""


@given(st.text(max_size=80) | st.from_regex(r"[a-zßςäя\u200c.-]{1,40}", fullmatch=True))
def test_normalising_a_host_is_idempotent(written: str) -> None:
    host = ascii_host(written)
    assert ascii_host(host) == host == host.lower()
    assert host.isascii()
    assert len(host) <= LONGEST


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("HTTPS://WWW.Faß.Example/Über?q=Ä#a", "https://www.xn--fa-hia.example/Über?q=Ä#a"),
        ("http://example.org.:8080", "http://example.org:8080"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
        ("example.org", ""),
        ("ftp://example.org", ""),
        ("https://", ""),
        ("https://amnesty.org@evil.example/", ""),
        ("https://evil.example\\@amnesty.org/", ""),
        ("https://evil.example\\.amnesty.org/", ""),
        ("https://example.org:99999/", ""),
        ("https://[broken", ""),
    ],
)
def test_a_web_address_has_its_host_in_one_form(written: str, address: str) -> None:
    assert web_address(written) == address


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("https://xn--fa-hia.example/xn--fa-hia", "https://faß.example/xn--fa-hia"),
        ("www.xn--e1afmkfd.xn--p1ai", "www.пример.рф"),
        ("http://xn--pple-43d.com/", "http://xn--pple-43d.com/"),  # a Cyrillic а before Latin
        ("https://xn--.example", "https://xn--.example"),
        ("https://example.org:8080/a", "https://example.org:8080/a"),
        ("–", "–"),
    ],
)
def test_a_url_is_shown_in_readable_form(address: str, read: str) -> None:
    assert readable(address) == read
