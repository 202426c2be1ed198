import pytest

from signatories.recognition.domains import (
    government_suffix,
    host_of,
    known_host,
    name_labels,
    own_domain,
    registrable,
)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.amnesty.org/en/what-we-do/", "amnesty.org"),
        ("http://amnesty.org:8080", "amnesty.org"),
        ("press@amnesty.org", "amnesty.org"),
        ("AMNESTY.ORG", "amnesty.org"),
        ("//amnesty.org/x", "amnesty.org"),
        ("en.fidh.org", "fidh.org"),
        ("climatehubs.usda.gov", "climatehubs.usda.gov"),
        ("www.министерство.рф", "министерство.рф".encode("idna").decode()),
        ("info@faß.example", "xn--fa-hia.example"),
        ("https://www.XN--FA-HIA.example./", "xn--fa-hia.example"),
        ("info@fass.example", "fass.example"),
        ("not an address", ""),
        ("info@192.0.2.10", ""),
        ("https://[2001:db8::1]/", ""),
        ("", ""),
        ("localhost", ""),
        ("http://[broken", ""),
        ("a" * 300 + ".org", ""),
    ],
)
def test_host_is_read_from_what_people_type(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("www.moj.go.jp", "moj.go.jp"),
        ("gov.uk", ""),
        ("co.jp", ""),
        ("amnesty.github.io", "amnesty.github.io"),
        ("", ""),
    ],
)
def test_domains_compare_by_public_suffix(host: str, owner: str) -> None:
    assert registrable(host) == owner


@pytest.mark.parametrize(
    "address",
    [
        "ngo.kyiv@gmail.com",
        "ngo@mail.ru",
        "ngo@web.de",
        "https://www.facebook.com/ourngo",
        "https://ourngo.wordpress.com",
        "https://ourngo.blogspot.com",
        "https://sites.google.com/view/ourngo",
        "https://ourngo.github.io",
        "https://t.me/ourngo",
        "gov.uk",
        "org.ar",
    ],
)
def test_free_mail_shared_hosting_and_suffixes_prove_nothing(address: str) -> None:
    assert own_domain(address) == ""


def test_own_domain_is_the_same_from_mail_and_website() -> None:
    assert own_domain("info@ecre.org") == own_domain("https://www.ecre.org/news") == "ecre.org"


def test_a_government_suffix_is_stored_but_is_nobodys_own() -> None:
    assert government_suffix("gov.uk")
    assert not government_suffix("org.uk")
    assert known_host("https://www.gov.uk/health") == "gov.uk"
    assert known_host("org.ar") == ""


def test_labels_come_from_the_owner_outwards() -> None:
    assert name_labels("museum.sarawak.gov.my") == ("sarawak", "museum")
    assert name_labels("gov.uk") == ()
