"""Mails as files."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage, get_connection

BODY = "Dear Роза,\n\nplease confirm: https://letters.example.org/en/confirm/abc/\n"


@pytest.fixture(autouse=True)
def _mails_become_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "config.mail.backends.FileBackend"
    settings.MAIL_DIR = tmp_path / "not yet there" / "mail"


def send(*subjects: str) -> int:
    messages = [
        EmailMessage(
            subject, BODY, "letters@example.org", ["rosa@forum.example.org"], reply_to=["c@d.org"]
        )
        for subject in subjects
    ]
    return get_connection().send_messages(messages)


def test_a_mail_is_a_readable_file(settings):
    assert send("Please confirm: “Forum” signs") == 1
    (path,) = settings.MAIL_DIR.iterdir()
    assert path.name[22:] == "-please-confirm-forum-signs.txt"
    assert path.read_text(encoding="utf-8") == (
        "From: letters@example.org\n"
        "To: rosa@forum.example.org\n"
        "Reply-To: c@d.org\n"
        "Subject: Please confirm: “Forum” signs\n"
        f"\n{BODY}"
    )


def test_its_links_are_printed(settings, capsys):
    send("Hello")
    (path,) = settings.MAIL_DIR.iterdir()
    assert capsys.readouterr().out == (
        f"Email: {path}\n  https://letters.example.org/en/confirm/abc/\n"
    )


def test_several_mails_with_one_subject_are_several_files(settings):
    assert send("Hello", "Hello", "Hello") == 3
    assert len(list(settings.MAIL_DIR.iterdir())) == 3


def test_a_subject_does_not_lead_out_of_the_directory(settings):
    send("../../etc/passwd " + "x" * 300)
    (path,) = settings.MAIL_DIR.iterdir()
    assert path.parent == settings.MAIL_DIR
