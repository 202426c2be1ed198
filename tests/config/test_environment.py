"""Reading one variable: what is accepted, and the error for other values."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config import environment

ADVICE = "Do this."


@pytest.fixture
def put(monkeypatch):
    def set_or_unset(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv("NAME", raising=False)
        else:
            monkeypatch.setenv("NAME", value)

    return set_or_unset


def refusal(read) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    return str(refused.value)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_required_variable_that_is_missing_or_empty_stops_with_the_advice(put, value):
    put(value)
    assert refusal(lambda: environment.required("NAME", ADVICE)) == "NAME is not set. Do this."


def test_a_required_variable_is_read_without_the_space_around_it(put):
    put(" value ")
    assert environment.required("NAME", ADVICE) == "value"


@pytest.mark.parametrize(("value", "read"), [(None, "a"), ("", "a"), ("c", "c"), (" b ", "B")])
def test_one_of_the_choices_is_accepted(put, value, read):
    put(value)
    assert environment.one_of("NAME", choices=["a", "B", "c"]) == read


def test_another_word_stops_and_is_not_repeated(put):
    put("zebra")
    assert (
        refusal(lambda: environment.one_of("NAME", choices=["a", "B", "c"]))
        == "NAME has an invalid value. Use a, B or c."
    )


def test_a_secret_of_fifty_characters_is_accepted(put):
    put("x" * 50)
    assert environment.secret("NAME", ADVICE) == "x" * 50


def test_a_shorter_secret_stops_and_is_not_repeated(put):
    put("x" * 49)
    assert refusal(lambda: environment.secret("NAME", ADVICE)) == "NAME is too short. Do this."


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, False),
        ("", False),
        ("on", True),
        ("On", True),
        (" true ", True),
        ("yes", True),
        ("1", True),
        ("off", False),
        ("false", False),
        ("no", False),
        ("0", False),
    ],
)
def test_a_switch_understands_the_usual_words(put, value, read):
    put(value)
    assert environment.boolean("NAME", default=False) is read


def test_a_switch_that_is_not_set_has_its_default(put):
    put(None)
    assert environment.boolean("NAME", default=True) is True


@pytest.mark.parametrize("value", ["maybe", "2", "onn"])
def test_any_other_word_for_a_switch_stops(put, value):
    put(value)
    assert refusal(lambda: environment.boolean("NAME", default=False)) == (
        "NAME has an invalid value. Use on or off."
    )


@pytest.mark.parametrize(("value", "read"), [(None, 7), ("", 7), ("2", 2), (" 40 ", 40)])
def test_a_number_is_read_or_has_its_default(put, value, read):
    put(value)
    assert environment.whole_number("NAME", default=7, least=2) == read


@pytest.mark.parametrize("value", ["1", "-3", "2.5", "two", "2 h"])
def test_a_number_that_is_too_small_or_invalid_stops(put, value):
    put(value)
    assert refusal(lambda: environment.whole_number("NAME", default=7, least=2)) == (
        "NAME has an invalid value. Use a whole number, 2 or more."
    )


@pytest.mark.parametrize(
    ("value", "netloc"),
    [
        ("https://letters.example.org", "letters.example.org"),
        ("https://letters.example.org/", "letters.example.org"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_site_url_is_scheme_and_host(put, value, netloc):
    put(value)
    assert environment.site_url("NAME", ADVICE).netloc == netloc


@pytest.mark.parametrize(
    "value",
    [
        "letters.example.org",
        "ftp://letters.example.org",
        "https://",
        "https://letters.example.org/en/",
        "https://letters.example.org?a=b",
        "https://letters.example.org#top",
        "https://letters.example.org:port",
        "http://[",
    ],
)
def test_any_other_site_url_stops(put, value):
    put(value)
    assert refusal(lambda: environment.site_url("NAME", ADVICE)) == (
        "NAME has an invalid value. Do this."
    )


def test_a_missing_site_url_is_called_missing(put):
    put(None)
    assert refusal(lambda: environment.site_url("NAME", ADVICE)) == "NAME is not set. Do this."


def test_several_keys_are_read_in_their_order(put):
    new, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    put(f" {new} ,{old},")
    assert environment.encryption_keys("NAME", ADVICE) == [new, old]


@pytest.mark.parametrize("value", [None, "", ",", " , "])
def test_no_key_at_all_stops(put, value):
    put(value)
    assert refusal(lambda: environment.encryption_keys("NAME", ADVICE)) == (
        "NAME is not set. Do this."
    )


@pytest.mark.parametrize("value", ["short", "ü" * 32, "x" * 44])
def test_an_invalid_key_stops_and_is_not_repeated(put, value):
    put(f"{Fernet.generate_key().decode()},{value}")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.encryption_keys("NAME", ADVICE)
    assert str(refused.value) == "NAME has an invalid value. Do this."
    assert (refused.value.__cause__, refused.value.__suppress_context__) == (None, True)


def database(default: str = "sqlite:////tmp/default.sqlite3") -> dict:
    return environment.database("NAME", default=default, advice=ADVICE)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_url_is_read(put, scheme):
    put(f"{scheme}://user:secret@db.example.org:5433/letters")
    read = database()
    assert read["ENGINE"] == "django.db.backends.postgresql"
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == (
        "user",
        "secret",
        "db.example.org",
        5433,
        "letters",
    )


@pytest.mark.parametrize(
    ("value", "file"),
    [
        (None, "/tmp/default.sqlite3"),  # noqa: S108 - a name, no file is made
        ("", "/tmp/default.sqlite3"),  # noqa: S108
        ("sqlite:////srv/letters.sqlite3", "/srv/letters.sqlite3"),
        ("sqlite:///:memory:", ":memory:"),
    ],
)
def test_an_sqlite_file_is_read_and_is_the_default(put, value, file):
    put(value)
    read = database()
    assert (read["ENGINE"], read["NAME"]) == ("django.db.backends.sqlite3", file)


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "postgres:nonsense",
        "postgres://",
        "postgres://user:secret@host:port/letters",
        "mysql://user:secret@host/letters",
        "mongo://host/letters",
    ],
)
def test_any_other_database_stops_without_repeating_the_password(put, value):
    put(value)
    with pytest.raises(ImproperlyConfigured) as refused:
        database()
    assert str(refused.value) == "NAME has an invalid value. Do this."
    assert (refused.value.__cause__, refused.value.__suppress_context__) == (None, True)


def mail(default: str = "consolemail://") -> dict:
    return environment.mail_server("NAME", default=default, advice=ADVICE)


@pytest.mark.parametrize(
    ("value", "backend"),
    [
        (None, "django.core.mail.backends.console.EmailBackend"),
        ("", "django.core.mail.backends.console.EmailBackend"),
        ("consolemail://", "django.core.mail.backends.console.EmailBackend"),
        ("filemail://", "config.mail.backends.FileBackend"),
        ("smtp+tls://user:pass@host:587", "config.mail.backends.ServerBackend"),
    ],
)
def test_the_ways_to_send_mail(put, value, backend):
    put(value)
    assert mail()["EMAIL_BACKEND"] == backend


def test_a_mail_server_with_starttls_is_read(put):
    put("smtp+tls://user:secret@mail.example.org:587")
    read = mail()
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"], read["EMAIL_USE_TLS"]) == (
        "mail.example.org",
        587,
        True,
    )
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("user", "secret")


@pytest.mark.parametrize("value", ["nonsense", "pigeon://host", "smtp://host:port"])
def test_any_other_mail_server_stops(put, value):
    put(value)
    assert refusal(mail) == "NAME has an invalid value. Do this."


def test_a_missing_directory_is_created(put, tmp_path):
    put(str(tmp_path / "a" / "b"))
    path = environment.directory("NAME", default=Path("unused"))
    assert (path, path.is_dir()) == (tmp_path / "a" / "b", True)
    assert path.stat().st_mode & 0o077 == 0  # nobody else's business


def test_a_directory_that_cannot_be_created_stops(put, tmp_path):
    (tmp_path / "file").touch()
    put(str(tmp_path / "file" / "below"))
    assert refusal(lambda: environment.directory("NAME", default=Path("unused"))) == (
        "NAME has an invalid value. Use the path of a directory that the site can write to."
    )


def test_a_secret_that_may_be_left_out_has_its_default(put):
    put("")
    assert environment.long_enough("NAME", default="d" * 50, advice="Write one.") == "d" * 50


def test_an_optional_secret_must_be_long_enough(put):
    put("x" * 49)
    said = refusal(lambda: environment.long_enough("NAME", default="d" * 50, advice="Write one."))
    assert said == "NAME is too short. Write one."
