"""Mails quote names so that no mail program links them, and quote little from strangers.

The rules are those of linkify-it, which many programs use, with all endings of hosts.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linkify_it import LinkifyIt
from publicsuffixlist import PublicSuffixList

from config.mail.outbox import post
from signatories.mailing.quoting import WORD_JOINER, unlinked
from signatories.signing import emails
from tests.factories import SignatureFactory

ENDS = [one for one in PublicSuffixList()._publicsuffix if "." not in one]
FUZZY = {"fuzzy_link": True, "fuzzy_email": True, "fuzzy_ip": True}
LINKIFY = LinkifyIt(options=FUZZY).tlds(ENDS)
HOSTLIKE = st.from_regex(
    r"[a-zA-Z0-9\u00fc\u0434-]{1,8}([.@/:]([a-z0-9]{1,6}|com|org|online|co\.uk|\u0440\u0444)){1,3}",
    fullmatch=True,
)


def links_in(text: str) -> list[str]:
    return [found.url for found in LINKIFY.match(text) or []]


@pytest.mark.parametrize(
    "name",
    ["350.org", "Avaaz.org", "1000.org", "Change.org", "me@avaaz.org", "MoveOn.org Civic Action"],
)
def test_mail_programs_would_link_such_a_name(name):
    assert links_in(f"Thank you. {name} has signed.")


@given(HOSTLIKE)
@example("350.org")
@example("MoveOn.org Civic Action")
@example("http://evil.com/x")
@example("me@avaaz.org")
@example("//evil.com")
@example("mailto:me@evil.com")
@example("192.0.2.1")
@example("www.evil.com")
@example("a.b.c.online")
def test_a_quoted_name_is_not_linked(name):
    for sentence in (name, f"Thank you. {name} has signed.", f"\u201c{name}\u201d", f"({name})."):
        assert links_in(sentence.replace(name, unlinked(name))) == []


@pytest.mark.parametrize(
    "name", ["Forum", "J. Smith", "Forum e.V.", "\u738b\u5c0f\u660e", "Rosa Reader, PhD"]
)
def test_a_quoted_name_reads_the_same(name):
    assert unlinked(name).replace(WORD_JOINER, "") == name
    assert "." in name or unlinked(name) == name


@pytest.mark.django_db
class TestMails:
    def test_before_an_address_is_confirmed_nothing_is_quoted(self, outbox):
        signature = SignatureFactory(
            unconfirmed=True,
            signed_as="Zyzzogeton",
            representative_name="Xanthippe",
            representative_role="Quaestor",
            website="https://qwertz.example",
            statement="Abracadabra",
        )
        post(emails.confirmation, signature_id=signature.pk)
        (message,) = outbox.send()
        sent = message.subject + message.body
        typed = ("Zyzzogeton", "Xanthippe", "Quaestor", "qwertz", "Abracadabra")
        assert [word for word in typed if word in sent] == []

    @pytest.mark.parametrize(
        ("message", "status"),
        [
            (emails.published, "published"),
            (emails.in_review, "in_review"),
            (emails.private_link, "published"),
            (emails.colleague_signed, "published"),
        ],
    )
    def test_all_links_in_a_mail_are_the_sites_own(self, outbox, message, status):
        signature = SignatureFactory(
            status=status, organisation__name="Avaaz.org", representative_name="Rosa.click"
        )
        post(message, signature_id=signature.pk)
        (mail,) = outbox.send()
        assert "Avaaz." in mail.body
        links = links_in(mail.body.replace("http://testserver/", "http://testserver.example/"))
        assert [one for one in links if not one.startswith("http://testserver.example/")] == []

    def test_a_name_without_a_dot_is_quoted_as_it_is(self, outbox):
        signature = SignatureFactory(organisation__name="Forum for Free Speech")
        post(emails.published, signature_id=signature.pk)
        assert WORD_JOINER not in outbox.send()[0].body
