"""All input is cleaned to valid text."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.web.cleaning import clean_input, plain_type
from config.wsgi import application
from tests.factories import CampaignFactory, LetterFactory

FORM = "application/x-www-form-urlencoded"
SURROGATE = "\ud800"


def arrived(request: HttpRequest) -> HttpRequest:
    """The request as views get it."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    clean_input(view)(request)
    return seen[0]


def get(path: str, **environ: Any) -> HttpRequest:
    return arrived(RequestFactory().get("/", QUERY_STRING=path, **environ))


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("q=ab%00", {"q": ["ab"]}),
        ("q=%00", {"q": [""]}),
        ("q=a%00b%00c", {"q": ["abc"]}),
        ("q%00=1&q=2", {"q": ["1", "2"]}),
        ("%00=1", {"": ["1"]}),
        ("q=%0%000", {"q": ["%00"]}),
        ("q=\x00", {"q": [""]}),
        ("q=%ff", {"q": ["\ufffd"]}),
        ("q=%ED%A0%80", {"q": ["\ufffd\ufffd\ufffd"]}),
        ("q=caf%C3%A9+%F0%9F%98%80%E2%80%8D", {"q": ["café \U0001f600\u200d"]}),
    ],
)
def test_parameters_are_text(query, read):
    assert dict(get(query).GET.lists()) == read


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "cp037", "latin-1"])
def test_what_is_sent_is_read_as_utf_8_whatever_its_type_says(charset):
    seen = get("q=%C3%A9", CONTENT_TYPE=f"text/html; charset={charset}")
    assert seen.GET["q"] == "é"
    body = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\xc3\xa9\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    assert arrived(RequestFactory().generic("POST", "/", body, kind)).POST["q"] == "é"
    sent = RequestFactory().generic("POST", "/", b"q=%C3%A9", f"{FORM}; charset={charset}")
    assert arrived(sent).POST["q"] == "é"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (FORM, FORM),
        (f"{FORM}; charset=UTF-8", FORM),
        ("text/html; charset=undefined", "text/html"),
        ("text/html; charset=hex", "text/html"),
        ("text/html; x*=nonsense''y", "text/html"),
        ("multipart/form-data; boundary=--Web-Kit7", 'multipart/form-data; boundary="--Web-Kit7"'),
        ('multipart/form-data; BOUNDARY="a b:c"', 'multipart/form-data; boundary="a b:c"'),
        ("multipart/form-data; charset=hex; boundary=x", 'multipart/form-data; boundary="x"'),
        ("multipart/form-data; boundary*=hex''x", "multipart/form-data"),
        ("multipart/form-data; boundary=", "multipart/form-data"),
        ("nonsense", ""),
        ("; charset=hex", ""),
        ("\x00/\n", ""),
        ("", ""),
    ],
)
def test_a_content_type_is_reduced_to_what_a_form_needs(given, left):
    assert plain_type(given) == left


@pytest.mark.parametrize("kind", ["text/html; charset=undefined", "text/html; x*=nonsense''y"])
@pytest.mark.usefixtures("open_connection")
def test_a_page_is_served_whatever_the_type_says(kind):
    environ = RequestFactory()._base_environ(
        PATH_INFO="/healthz", QUERY_STRING="q=a", CONTENT_TYPE=kind
    )
    statuses: list[str] = []
    application(environ, lambda status, headers: statuses.append(status))
    assert statuses == ["200 OK"]


def test_fields_are_text():
    sent = RequestFactory().post("/", b"name=a%00b&name=%00&other%00=c", FORM)
    assert dict(arrived(sent).POST.lists()) == {"name": ["ab", ""], "other": ["c"]}
    sent = RequestFactory().post("/", {"name": "a\x00b"})
    assert dict(arrived(sent).POST.lists()) == {"name": ["ab"]}


def test_names_of_files_are_text():
    part = (
        b'--x\r\nContent-Disposition: form-data; name="lo\x00go"; filename="a\x00.png"\r\n\r\n1\r\n'
    )
    kind = "multipart/form-data; boundary=x"
    files = arrived(RequestFactory().generic("POST", "/", part + b"1\r\n--x--\r\n", kind)).FILES
    assert {name: [file.name for file in some] for name, some in files.lists()} == {
        "logo": ["a.png"]
    }


def test_clean_input_is_not_changed():
    file = SimpleUploadedFile("a.png", b"\x00\x01")
    seen = arrived(RequestFactory().post("/?a=1&a=2&b=", {"q": "\t\r\n é", "logo": file}))
    assert dict(seen.GET.lists()) == {"a": ["1", "2"], "b": [""]}
    assert seen.POST["q"] == "\t\r\n é"
    assert (seen.FILES["logo"].name, seen.FILES["logo"].read()) == ("a.png", b"\x00\x01")


def test_headers_and_cookies_are_text():
    seen = get("", HTTP_USER_AGENT=f"a\x00b{SURROGATE}", HTTP_COOKIE=r'sessionid="ab\000c"; x=y')
    assert seen.headers["User-Agent"] == "ab"
    assert seen.COOKIES == {"sessionid": "abc", "x": "y"}


def test_a_body_that_no_view_needs_is_not_read():
    sent = RequestFactory().post("/", b"name=a%00b", FORM)
    seen = arrived(sent)
    assert seen._read_started is False


@pytest.mark.parametrize("path", ["/en/\x00", "/media/\x00.webp", "/static/\x00", "/admin/\x00/"])
def test_a_path_that_is_not_text_is_not_found(path):
    with pytest.raises(Http404):
        arrived(RequestFactory().get(path))


@pytest.mark.parametrize("length", ["-1", "abc", "1_0", "+5", "٣", "1e3", "9" * 30])
def test_an_invalid_content_length_is_refused(length):
    with pytest.raises(BadRequest):
        arrived(RequestFactory().post("/", b"a=b", FORM, CONTENT_LENGTH=length))


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("length", ["-1", "abc"])
def test_the_refusal_is_a_page(kind, length):
    answer = Client().generic("POST", "/healthz", b"a=b", kind, CONTENT_LENGTH=length)
    assert answer.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/en/search/?q=ab%00",
        "/en/organisations/?country=%00",
        "/en/letters/speak/signatories/?q=ab%00&country=DE%00&page=%00",
        "/api/v1/organisations?text=ab%00",
        "/organisations.json?q=ab%00&country=%00",
        "/oembed?url=http%3A%2F%2Ftestserver%2Fen%2Fletters%2Fspeak%00%2F",
    ],
)
def test_pages_answer_as_without_it(address):
    LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    answer, plain = (Client().get(each) for each in (address, address.replace("%00", "")))
    assert answer.status_code == plain.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/media/%00.webp", "/en/signature/%00/", "/%00", "/admin/%00/"])
def test_a_path_with_it_leads_to_the_page_that_says_so(path):
    answer = Client().get(path)
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer


@pytest.mark.django_db
def test_a_session_cookie_that_is_not_text_is_ignored():
    client = Client()
    client.cookies.load(r'sessionid="abcdefgh\000ijkl"')
    assert client.get("/admin/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nowhere", "/en/letters/nowhere/sign/", "/admin/%00/"])
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=\xfc"])
def test_a_page_of_an_error_does_not_look_into_a_body_that_cannot_be_read(path, kind):
    assert Client().generic("POST", path, b"a=b", kind).status_code == 404
