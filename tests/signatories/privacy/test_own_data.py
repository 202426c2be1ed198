"""Representatives download and erase their own data."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from config.models import AuditEntry
from letters.models import Letter
from signatories.errors import BadLink
from signatories.models import Signature
from signatories.privacy.actions import erase_own_data
from signatories.privacy.own_data import WITHOUT_VALUE
from signatories.signing.actions import (
    confirm_signature,
    correct_signature,
    settle_confirmed,
    sign_letter,
    withdraw_signature,
)
from signatories.signing.links import CONFIRM, MANAGE, make_token, new_nonce
from tests.factories import (
    FIRST,
    LetterFactory,
    RevisionFactory,
    SignatureFactory,
    StaffFactory,
    entry,
)

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
PERSON = ["representative_name", "representative_role", "representative_email", "email_index"]
BUTTONS = ['name="keep"', 'name="withdraw"']


def address(signature: Signature, name: str = "") -> str:
    return f"/en/signature/{make_token(signature, MANAGE)}/data/{name}"


def download(client, signature: Signature) -> dict:
    response = client.post(address(signature, "download/"))
    assert response.status_code == 200
    return json.loads(response.content)


def is_erased(signature: Signature) -> bool:
    signature.refresh_from_db()
    return not any(getattr(signature, name) for name in PERSON)


# Download


def test_the_file_is_an_attachment_and_not_cached(client):
    signature = SignatureFactory()
    response = client.post(address(signature, "download/"))
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == (
        f'attachment; filename="signature-{signature.pk}.json"'
    )
    assert response["Cache-Control"] == "no-store"
    assert client.get(address(signature, "download/")).status_code == 405


def test_the_file_contains_who_signed_what_and_when_and_its_visibility(client):
    letter = LetterFactory(slug="speak", contact_days=30)
    sign_letter(
        letter=letter,
        entry=entry(statement="We agree.", visibility="withheld"),
        shown=FIRST,
        network="192.0.2.0/24",
        language="fr",
        now=NOW,
    )
    signature = confirm_signature(signature=Signature.objects.get(), now=NOW)
    told = download(client, signature)
    assert told["representative"]["data"] == {
        "representative_name": "Rosa Reader",
        "representative_role": "Director",
        "representative_email": "rosa@forum.example.org",
        "language": "fr",
        "kept_until": (letter.closes_at + timedelta(days=30)).isoformat(),
    }
    assert told["organisation"]["data"] == {
        "organisation": "Forum for Free Speech",
        "signed_as": "Forum for Free Speech",
        "country": "DE",
        "website": "https://forum.example.org",
        "statement": "We agree.",
        "proposed_name": "",
        "proposed_statement": None,
        "source_url": "",
        "proposed_logo": None,
    }
    assert told["signature"]["data"] == {
        "letter": "http://testserver/en/letters/speak/",
        "status": "in_review",
        "authority": "declared",
        "visibility": "withheld",
        "reason": "",
    }
    assert told["text"]["data"] == {
        "revision": "1",
        "edition_language": "en",
        "asked_about": None,
        "sha256": letter.revision.digest,
    }
    assert told["instants"]["data"]["confirmed_at"] == NOW.isoformat()
    assert told["record"]["data"] == [
        {"at": NOW.isoformat(), "what": "signed", "by": "representative", "why": ""},
        {
            "at": NOW.isoformat(),
            "what": "confirmed",
            "by": "representative",
            "why": "",
            "before": "unconfirmed",
            "after": "in_review",
        },
    ]
    assert told["answerable"] == {"name": "Undersigned_Test_Desk", "email": "desk@example.org"}


def test_each_part_states_its_purpose_and_what_is_not_stored(client):
    told = download(client, SignatureFactory())
    parts = {name: part for name, part in told.items() if isinstance(part, dict)}
    del parts["answerable"]
    assert all(part["what_for"] for part in parts.values())
    assert "the exact IP address of your device" in told["not_stored"]
    assert told["also_stored"]


def test_all_columns_are_included_but_those_described_in_words(client):
    signature = SignatureFactory(decided_at=NOW, decided_by=StaffFactory(username="zoe-of-staff"))
    told = download(client, signature)
    names = {name for part in told.values() if "data" in part for name in part["data"] if name}
    columns = {field.name for field in Signature._meta.fields}
    assert columns - names == set(WITHOUT_VALUE)
    text = json.dumps(told)
    for secret in (signature.email_index, signature.link_nonce, "zoe-of-staff"):
        assert secret not in text


@pytest.mark.parametrize("state", ["declined", "withdrawn", "lapsed"])
def test_it_can_be_downloaded_when_the_signature_is_no_longer_live(client, state):
    signature = SignatureFactory(**{state: True})
    assert download(client, signature)["signature"]["data"]["status"] == state


@pytest.mark.parametrize(("listed", "told"), [(True, True), (False, False)])
def test_a_stranger_learns_from_the_file_what_is_public_and_no_more(client, listed, told):
    first = SignatureFactory(organisation__name="Forum for Free Speech", in_review=not listed)
    second: Signature = SignatureFactory(
        letter=first.letter,
        unconfirmed=True,
        signed_as="FORUM for Free Speech",
        representative_email="x@else.example",
    )
    second = confirm_signature(signature=second, now=NOW)
    settle_confirmed(now=NOW)
    data = download(client, second)
    text = json.dumps(data)
    assert ("declined" in text) is told
    assert ("had already signed" in text) is told
    assert ("Forum for" in text) is told
    assert [act["what"] for act in data["record"]["data"]][-1] == (
        "declined as a second signature" if told else "confirmed"
    )


# Erase


def test_opening_the_page_changes_nothing_and_offers_both(client):
    signature = SignatureFactory()
    response = client.get(address(signature))
    page = response.content.decode()
    assert [button in page for button in BUTTONS] == [True, True]
    assert "Nobody can use it to correct, hide or withdraw the signature" in page
    assert response["Cache-Control"] == "no-store"
    assert not is_erased(signature)
    assert (
        f'href="{address(signature)}"'
        in client.get(address(signature).replace("data/", "")).content.decode()
    )


def test_the_representative_is_erased_and_the_signature_stays(client, outbox):
    signature = SignatureFactory(statement="We agree.")
    version = signature.letter.public_version
    old_page = address(signature).replace("data/", "")
    response = client.post(address(signature, "erase/"), {"keep": "yes"})
    assert (response.status_code, response.url) == (303, "/en/privacy/erased/")
    assert is_erased(signature)
    assert Signature.objects.public().get().statement == "We agree."
    assert Letter.objects.get().public_version == version
    assert "Your data has been deleted" in client.get(response.url).content.decode()
    ended = client.get(old_page)
    assert ended.status_code == 410
    assert "This link no longer works" in ended.content.decode()
    assert outbox.send() == []
    audit = AuditEntry.objects.get(subject_id=signature.pk)
    assert (audit.verb, audit.actor, audit.detail) == ("contact erased", "representative", {})


def test_the_signature_is_withdrawn_as_well_where_that_was_chosen(client, outbox):
    signature = SignatureFactory()
    version = signature.letter.public_version
    client.post(address(signature, "erase/"), {"withdraw": "yes"})
    assert is_erased(signature)
    assert (signature.status, Signature.objects.public().count()) == (Status.WITHDRAWN, 0)
    assert Letter.objects.get().public_version == version + 1
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["withdrawn", "contact erased"]
    assert outbox.send() == []


def test_pressing_twice_erases_once(client):
    signature = SignatureFactory()
    where = address(signature, "erase/")
    client.post(where)
    again = client.post(where)
    assert again.status_code == 410
    erase_own_data(signature=signature, now=NOW)
    assert AuditEntry.objects.filter(verb="contact erased").count() == 1


@pytest.mark.parametrize("state", ["declined", "withdrawn", "lapsed"])
def test_a_signature_that_is_not_live_can_be_erased_as_well(client, state):
    signature = SignatureFactory(**{state: True})
    page = client.get(address(signature)).content.decode()
    assert [button in page for button in BUTTONS] == [False, False]
    client.post(address(signature, "erase/"))
    assert (is_erased(signature), signature.status) == (True, state)


def test_a_signature_handed_over_meanwhile_keeps_its_new_contact():
    signature = SignatureFactory()
    Signature.objects.update(representative_name="New Contact", link_nonce=new_nonce())
    with pytest.raises(BadLink):
        erase_own_data(signature=signature, now=NOW)
    assert Signature.objects.get().representative_name == "New Contact"


def test_a_correction_that_comes_late_writes_no_name_again():
    signature: Signature = SignatureFactory()
    erase_own_data(signature=signature, now=NOW)
    with pytest.raises(BadLink):
        correct_signature(
            signature=signature,
            organisation_name=str(signature),
            statement="",
            name="Rosa",
            role="Chair",
            now=NOW,
        )
    assert is_erased(signature)


def test_a_colleague_who_asked_to_be_the_contact_and_was_erased_asks_no_more():
    second = SignatureFactory(declined=True)
    first = SignatureFactory(letter=second.letter, contact_request=second)
    erase_own_data(signature=second, now=NOW)
    first.refresh_from_db()
    assert first.contact_request is None


@pytest.mark.parametrize(("days", "said"), [(None, False), (7, True)])
@pytest.mark.parametrize("behind", [False, True])
def test_it_warns_that_silence_removes_the_name_if_that_is_the_policy(client, days, said, behind):
    policy = {"silence": "leaves", "silence_days": days} if days else {}
    signature = SignatureFactory(letter=LetterFactory(**policy))
    if behind:
        RevisionFactory(letter=signature.letter, number=2, title="Anew")
    page = client.get(address(signature)).content.decode()
    words = "The text has changed since you signed." if behind else "we cannot ask you."
    assert (words in page) is said
    assert ("7 days" in page) is said


def test_staff_see_who_erased_the_contact(staff_client):
    own, due = SignatureFactory(), SignatureFactory(representative_role="")
    erase_own_data(signature=own, now=NOW)
    Signature.objects.filter(pk=due.pk).update(
        representative_name="", representative_email="", email_index=""
    )
    AuditEntry.objects.create(
        at=NOW,
        actor="system",
        verb="contact erased",
        subject_type="signatories.signature",
        subject_id=due.pk,
    )
    for signature, told in ((own, "by the representative"), (due, "because the storage")):
        page = staff_client.get(f"/admin/signatories/signature/{signature.pk}/change/")
        assert f"deleted {told}" in page.content.decode()


def test_a_lapsed_signature_can_be_withdrawn():
    signature = SignatureFactory(lapsed=True)
    withdraw_signature(signature=signature, now=NOW)
    assert Signature.objects.get().status == Status.WITHDRAWN


# Unconfirmed signatures


@pytest.mark.parametrize("expired", [False, True])
def test_a_recipient_who_did_not_sign_can_erase_it_at_once(client, expired, monkeypatch):
    signature = SignatureFactory(unconfirmed=True, signed_as="Zora", statement="Zora says")
    where = f"/en/confirm/{make_token(signature, CONFIRM)}/"
    if expired:
        later = timezone.now() + timedelta(days=4)
        monkeypatch.setattr(signing.time, "time", later.timestamp)
    page = client.get(where)
    assert page.status_code == (410 if expired else 200)
    assert f'action="{where}erase/"' in page.content.decode()
    response = client.post(f"{where}erase/")
    assert (response.status_code, response.url) == (303, "/en/privacy/erased/")
    assert is_erased(signature)
    assert (signature.status, signature.signed_as, signature.statement) == ("expired", "", "")
    assert client.post(f"{where}erase/").status_code == 410
    assert client.get(f"{where}erase/").status_code == 405


def test_a_used_confirmation_link_erases_no_live_signature(client):
    signature = SignatureFactory()
    response = client.post(f"/en/confirm/{make_token(signature, CONFIRM)}/erase/")
    assert (response.status_code, response.url) == (303, address(signature))
    assert not is_erased(signature)


@pytest.mark.parametrize("name", ["data/erase/", "data/download/"])
def test_a_form_on_another_site_can_neither_erase_nor_download(client, name):
    signature = SignatureFactory()
    response = client.post(
        address(signature).replace("data/", name), headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 403
    assert not is_erased(signature)
