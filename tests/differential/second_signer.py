"""A second signer for an organisation, recording every response.

`SecondSigner` visits every page and mail of the private side, in a world that a test has set up,
and records each response: status, headers, body, and the SQL that ran. Random values, such as
tokens and primary keys, are replaced by a word.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from config.mail.outbox import send_due_mails
from letters.actions import publish_revision
from letters.models import Edition, Letter
from signatories.defence.limits import BURST
from signatories.housekeeping import tidy
from signatories.models import Signature
from signatories.review.actions import decline_signature, publish_signature
from tests.factories import StaffFactory, form_data

TOKEN = re.compile(r"us_[A-Za-z0-9_~-]+|(?<=Message-ID: <)[0-9a-f-]+(?=@)")
DAY = timedelta(days=1, hours=1)  # after which no limit on mails applies any more
EMAIL = "second.signer@gmail.com"


class Clock:
    """The current time, as all code reads it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Told:
    """One response or mail, labelled by what caused it."""

    what: str
    lines: list[str]
    statements: list[str] = field(default_factory=list)


def one_form(text: str, numbers: set[int]) -> str:
    """The text without random values."""
    text = TOKEN.sub("TOKEN", text)
    for number in numbers:
        text = re.sub(rf'((?:signature-|Signature |"id": )){number}(?!\d)', r"\1NUMBER", text)
    return text


def one_statement(sql: str) -> str:
    """The SQL without its values and savepoint names."""
    sql = re.sub(r"\((?:%s(?:, )?)+\)", "(…)", sql)
    sql = re.sub(r"(?:\(…\)(?:, )?)+", "(…)", sql)
    return re.sub(r'"s\d+_x\d+"', "SAVEPOINT", sql)


class SecondSigner:
    """A browser and a mailbox. `told` holds everything received, in order."""

    def __init__(self, letter: Letter, clock: Clock, *, language: str = "en", **typed: str) -> None:
        self.letter, self.clock, self.language = letter, clock, language
        self.typed = form_data(**({"email": EMAIL} | typed))
        self.email = self.typed["email"]
        self.client = Client()
        self.told: list[Told] = []
        self.read = len(mail.outbox)

    # What they do

    def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        """Request a path and record the response."""
        statements: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            statements.append(one_statement(sql))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            response = getattr(self.client, method)(path, data or {})
        body = b"" if response.status_code == 304 else response.getvalue()
        headers = sorted(f"{name}: {value}" for name, value in response.headers.items())
        headers = [line for line in headers if not line.startswith("Content-Length")]
        text = body.decode("utf-8", "backslashreplace")
        lines = [str(response.status_code), *headers, *text.splitlines()]
        numbers = self.numbers()
        self.keep(f"{method} {path}", lines, statements, numbers)
        return response

    def numbers(self) -> set[int]:
        return set(Signature.objects.values_list("pk", flat=True))

    def keep(self, what: str, lines: list[str], statements: list[str], numbers: set[int]) -> None:
        lines = [one_form(line, numbers) for line in lines]
        self.told.append(Told(one_form(what, numbers), lines, statements))

    def mails(self) -> list[Any]:
        """Run the worker, and read the mails to this mailbox."""
        tidy(now=timezone.now())
        send_due_mails()
        new = [one for one in mail.outbox[self.read :] if one.to == [self.email]]
        self.read = len(mail.outbox)
        for message in new:
            headers = [f"{name}: {value}" for name, value in message.extra_headers.items()]
            lines = [message.subject, *message.to, *message.reply_to, *headers]
            self.keep("mail", [*lines, *message.body.splitlines()], [], self.numbers())
        return new

    def link_in(self, messages: list[Any], page: str) -> str:
        (link,) = {
            found
            for message in messages
            for found in re.findall(rf"http://testserver(/\w+/{page}/\S+)", message.body)
        }
        return link

    def sign(self) -> list[Any]:
        self.clock.forward(DAY)
        path = f"/{self.language}/letters/{self.letter.slug}/sign/"
        self.ask("post", path, self.typed | self.present())
        self.clock.forward(BURST)  # the longest that the mail may wait
        return self.mails()

    def sign_and_confirm(self) -> str:
        """Confirm, and return the path of the private page."""
        messages = self.sign()
        link = self.link_in(messages, "confirm")
        self.stop_mail(self.link_in(messages, "mail"))
        self.ask("get", link)
        self.ask("head", link)
        answer = self.ask("post", link, self.present())
        private: str = answer.headers["Location"]
        self.ask("get", private)
        self.mails()
        self.ask("get", link)
        self.ask("post", f"{link}again/")
        return private

    def stop_mail(self, page: str) -> None:
        """Stop all emails, and allow them again."""
        for press in ("stop", "allow"):
            self.ask("get", page)
            self.ask("post", page, {press: "yes"})

    def present(self) -> dict[str, str]:
        """The hidden fields of the current text."""
        self.letter.refresh_from_db()
        revision = self.letter.revision
        assert revision is not None
        return {"revision": revision.label, "edition": "en"}

    def look_around(self, private: str) -> None:
        """Every page behind the private link, and the same paths with a method they refuse."""
        for page in ("", "reaffirm/", "withdraw/", "data/", "logo/proposed.webp"):
            self.ask("get", private + page)
        for page in ("visibility/", "logo/", "new-link/", "data/download/", "data/erase/"):
            self.ask("get", private + page)
        self.ask("get", private.replace("/signature/", "/contact/"))

    # The whole journey

    def live_through_everything(self, other_name: str) -> None:
        """Sign, confirm and use everything on the private page; then start again, and erase it."""
        private = self.sign_and_confirm()
        self.look_around(private)
        self.sign()  # once more: the mail with the private link
        self.correct(private, other_name)
        self.propose_logo(private)
        for choice in ("withheld", "counted", "public", "nonsense"):
            self.ask("post", f"{private}visibility/", {"visibility": choice})
        self.ask("post", private.replace("/signature/", "/contact/"))
        self.ask("post", f"{private}data/download/")
        self.clock.forward(DAY)
        self.ask("post", f"{private}new-link/")
        private = self.link_in(self.mails(), "signature")
        self.change_the_text(private)
        self.ask("get", f"{private}withdraw/")
        self.ask("post", f"{private}withdraw/")
        self.mails()
        self.look_around(private)
        again = self.sign_and_confirm()
        self.ask("post", f"{again}data/erase/", {"keep": "yes"})
        self.mails()
        self.look_around(again)

    def correct(self, private: str, other_name: str) -> None:
        right = {"organisation_name": other_name, "name": "Sam Second", "role": "Chair"}
        self.ask("post", private, right | {"name": "", "statement": "We agree."})
        self.ask("post", private, right | {"statement": "We agree."})
        self.ask("get", f"{private}?saved=1")
        self.mails()
        typed = self.typed["organisation"]
        self.ask("post", private, right | {"organisation_name": typed, "statement": ""})
        self.ask("get", private)

    def propose_logo(self, private: str) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (40, 40), "navy").save(picture, "PNG")
        picture.seek(0)
        picture.name = "logo.png"
        self.ask("post", f"{private}logo/", {"logo": picture})
        self.ask("get", private)
        self.ask("get", f"{private}logo/proposed.webp")
        self.ask("post", f"{private}logo/", {"take_back": "yes"})

    def change_the_text(self, private: str) -> None:
        Edition.objects.filter(letter=self.letter).update(body="We write to all.")
        publish_revision(letter=self.letter, substantive=True, reason="A law.", now=timezone.now())
        self.mails()
        for page in ("", "reaffirm/", "data/"):
            self.ask("get", private + page)
        self.ask("post", f"{private}reaffirm/", {"revision": "1", "edition": "en"})
        self.ask("post", f"{private}reaffirm/", self.present())
        self.mails()
        self.ask("get", private)

    def be_silent(self) -> None:
        """Do not answer when the text changes, lapse, and come back."""
        private = self.sign_and_confirm()
        Edition.objects.filter(letter=self.letter).update(body="We write to all.")
        publish_revision(letter=self.letter, substantive=True, reason="A law.", now=timezone.now())
        self.mails()
        for days in (4, 4):
            self.clock.forward(days * DAY)
            self.mails()
            self.ask("get", private)
        self.look_around(private)
        self.ask("post", f"{private}reaffirm/", self.present())
        self.mails()
        self.look_around(private)

    def be_decided_on(self, decision: str) -> None:
        """Staff decline or publish the signature; only their decision may be revealed."""
        private = self.sign_and_confirm()
        signature = Signature.objects.order_by("pk").last()
        assert signature is not None
        staff, now = StaffFactory(), timezone.now()
        if decision == "decline":
            decline_signature(
                signature=signature, by=staff, now=now, reason="We know no such body."
            )
        else:
            publish_signature(signature=signature, by=staff, now=now)
        self.mails()
        self.look_around(private)
        self.ask("post", f"{private}data/download/")


def differences(one: list[Told], other: list[Told], *, statements: bool = True) -> list[str]:
    """Each difference between two signers' responses, one per line."""
    found = []
    if [told.what for told in one] != [told.what for told in other]:
        found.append(f"{[told.what for told in one]} != {[told.what for told in other]}")
    for first, second in zip(one, other, strict=False):
        if first.lines != second.lines:
            pairs = zip(first.lines, second.lines, strict=False)
            line = next(((a, b) for a, b in pairs if a != b), (first.lines, second.lines))
            found.append(f"{first.what}: {line[0]!r} != {line[1]!r}")
        if statements and first.statements != second.statements:
            more = set(first.statements) ^ set(second.statements)
            numbers = len(first.statements), len(second.statements)
            found.append(f"{first.what}: statements {numbers} {sorted(more)}")
    return found
