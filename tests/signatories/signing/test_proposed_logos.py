"""Logos that representatives propose: seen by few, public by staff's decision alone."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from config.models import AuditEntry
from signatories.defence.limits import UPLOADS
from signatories.errors import BadLink, IllegalTransition, ProposalChanged
from signatories.models import Logo, ProposedLogo, Signature
from signatories.privacy.actions import erase_contacts, erase_own_data
from signatories.privacy.retention import stored_until
from signatories.register.actions import set_logo
from signatories.review.actions import (
    decide_logo,
    decline_signature,
    invalidate_signatures,
    merge_organisations,
    undo_merge,
)
from signatories.review.invalidation import Rule, digest_of
from signatories.signing.actions import (
    change_visibility,
    confirm_signature,
    propose_logo,
    take_back_logo,
    withdraw_signature,
)
from signatories.signing.links import MANAGE, make_token
from tests.factories import OrganisationFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NO_IMAGE = "The image must be a JPEG, PNG or WebP file."


def picture(kind: str = "WEBP", *, size: tuple[int, int] = (40, 20), red: int = 200) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, (red, 0, 0)).save(written, kind)
    return written.getvalue()


def address(signature: Signature, name: str = "") -> str:
    return f"/en/signature/{make_token(signature, MANAGE)}/{name}"


def staff_address(signature: Signature, name: str = "logo") -> str:
    return reverse(f"admin:signatories_signature_{name}", args=[signature.pk])


def upload(client: Client, signature: Signature, content: bytes | None = None, name="logo.png"):
    file = SimpleUploadedFile(name, picture("PNG") if content is None else content)
    return client.post(address(signature, "logo/"), {"logo": file})


def propose(signature: Signature, **changes: int) -> ProposedLogo:
    return propose_logo(signature=signature, image=picture(**changes), now=NOW)  # type: ignore[arg-type]


def version(signature: Signature) -> int:
    signature.letter.refresh_from_db()
    return signature.letter.public_version


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "actor"))


@pytest.fixture
def signature() -> Signature:
    signature: Signature = SignatureFactory(organisation__name="Forum")
    return signature


# As representatives do it


def test_a_representative_proposes_a_logo_and_nothing_public_changes(client, signature):
    public = [signature.letter.get_absolute_url(), signature.organisation.get_absolute_url()]
    before = [client.get(page)["ETag"] for page in public]
    content = picture("PNG", size=(2000, 500)) + b"Rosa Reader"
    answer = upload(client, signature, content, "Rosa Reader.png")
    assert (answer.status_code, answer.url) == (303, address(signature, "?saved=1"))
    waiting = ProposedLogo.objects.get()
    assert (waiting.signature, waiting.width, waiting.height) == (signature, 480, 120)
    assert b"Rosa" not in waiting.image
    assert Image.open(BytesIO(waiting.image)).format == "WEBP"
    assert (Logo.objects.count(), version(signature)) == (0, 1)
    assert [client.get(page)["ETag"] for page in public] == before
    assert client.get(f"/logos/{waiting.key}.webp").status_code == 404
    assert trail() == [("logo proposed", "representative")]


def test_only_the_private_link_shows_it(client, signature):
    waiting = propose(signature)
    page = client.get(address(signature)).content.decode()
    shown = re.findall(r'<img class="organisation-logo" src="([^"]*)"', page)
    assert shown == [address(signature, "logo/proposed.webp")]
    image = client.get(shown[0])
    assert (image["Content-Type"], image.content) == ("image/webp", waiting.image)
    assert image["Cache-Control"] == "no-store"
    assert image["X-Robots-Tag"] == "noindex, nofollow"
    other = SignatureFactory(letter=signature.letter)
    for wrong in (address(other, "logo/proposed.webp"), f"{shown[0][:-24]}x/logo/proposed.webp"):
        answer = client.get(wrong)
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("content", [SVG, b"nothing", picture("GIF"), picture("PNG")[:60]])
def test_an_invalid_image_gets_a_message_beside_the_field(client, content):
    signature = SignatureFactory(representative_role="Chair of all", statement="We agree.")
    answer = upload(client, signature, content)
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (422, "no-store")
    assert f'<p class="field-error" id="id_logo_error">{NO_IMAGE}</p>' in page
    assert f'<li><a href="#id_logo">Logo: {NO_IMAGE}</a></li>' in page
    assert "<title>There is a problem" in page
    # What stands in the other fields is there as before.
    assert ('value="Chair of all"' in page, "We agree.</textarea>" in page) == (True, True)
    assert page.count("field-error") == 1
    assert (ProposedLogo.objects.count(), trail()) == (0, [])


def test_an_empty_form_is_refused_beside_the_field(client, signature):
    answer = client.post(address(signature, "logo/"))
    assert answer.status_code == 422
    assert answer.context["logo_form"].errors == {"logo": ["Choose a file."]}


def test_a_file_that_is_too_large_gets_a_message_beside_the_field(client, signature):
    answer = upload(client, signature, bytes(20_000_001))
    assert answer.status_code == 422
    assert answer.context["logo_form"].errors == {
        "logo": ["This image is too large. Choose one smaller than 20 MB."]
    }


def test_a_body_that_is_far_too_large_is_not_read(client, signature):
    answer = upload(client, signature, bytes(20_200_000))
    assert answer.status_code == 413
    assert len(answer.wsgi_request.read()) > 20_200_000


def test_a_get_request_proposes_nothing(client, signature):
    assert client.get(address(signature, "logo/")).status_code == 405


def test_another_site_cannot_send_the_form(client, signature):
    answer = client.post(
        address(signature, "logo/"),
        {"logo": SimpleUploadedFile("logo.png", picture("PNG"))},
        headers={"Origin": "https://elsewhere.example.net"},
    )
    assert (answer.status_code, ProposedLogo.objects.count()) == (403, 0)


def test_another_image_takes_the_place_of_the_first_and_the_same_changes_nothing(client, signature):
    for red in (10, 10, 90):
        upload(client, signature, picture("PNG", red=red))
    assert trail() == [("logo proposed", "representative")] * 2
    with Image.open(BytesIO(ProposedLogo.objects.get().image)) as image:
        pixel = image.getpixel((0, 0))
    assert isinstance(pixel, tuple)
    assert pixel[0] == pytest.approx(90, abs=5)


def test_it_can_be_taken_back_and_twice_is_harmless(client, signature):
    propose(signature)
    for _ in range(2):
        answer = client.post(address(signature, "logo/"), {"take_back": "yes"})
        assert (answer.status_code, answer.url) == (303, address(signature, "?saved=1"))
    assert ProposedLogo.objects.count() == 0
    assert trail() == [
        ("logo proposed", "representative"),
        ("proposed logo taken back", "representative"),
    ]


def test_past_the_limit_images_are_not_looked_at(client, signature):
    for number in range(UPLOADS):
        assert upload(client, signature, SVG).status_code == 422, number
    answer = upload(client, signature)
    assert answer.status_code == 422
    assert answer.context["logo_form"].errors == {
        "logo": ["Too many attempts. Wait 10 minutes and try again."]
    }
    assert ProposedLogo.objects.count() == 0
    assert upload(client, SignatureFactory()).status_code == 303


@pytest.mark.parametrize("state", ["declined", "withdrawn", "lapsed"])
def test_a_signature_that_is_not_live_cannot_propose(client, state):
    signature = SignatureFactory(**{state: True})
    page = client.get(address(signature)).content.decode()
    assert address(signature, "logo/") not in page
    answer = upload(client, signature)
    assert (answer.status_code, answer.url) == (303, address(signature))
    assert (ProposedLogo.objects.count(), trail()) == (0, [])
    with pytest.raises(IllegalTransition):
        propose(signature)


def test_a_second_representative_cannot_propose(client):
    signature = SignatureFactory(organisation__name="Forum for Peace")
    second: Signature = SignatureFactory(
        letter=signature.letter, unconfirmed=True, signed_as="Forum for Peace", country="DE"
    )
    second = confirm_signature(signature=second, now=NOW)
    assert second.is_second
    answer = upload(client, second)
    assert (answer.status_code, ProposedLogo.objects.count()) == (303, 0)
    assert address(second, "logo/") not in client.get(address(second)).content.decode()


def test_an_image_sent_while_the_contact_is_erased_is_not_stored(signature):
    read_before = Signature.objects.get(pk=signature.pk)
    erase_own_data(signature=signature, now=NOW)
    with pytest.raises(BadLink):
        propose(read_before)
    assert ProposedLogo.objects.count() == 0


# As staff do it


def test_staff_see_it_beside_the_signature_and_accept_it(staff_client, client, signature, staff):
    waiting = propose(signature)
    page = staff_client.get(staff_address(signature, "change")).content.decode()
    assert f'src="{staff_address(signature)}?{waiting.key}" width="40" height="20"' in page
    image = staff_client.get(staff_address(signature))
    assert (image["Content-Type"], image.content) == ("image/webp", waiting.image)
    assert "no-store" in image["Cache-Control"]
    etag = client.get(signature.organisation.get_absolute_url())["ETag"]
    answer = staff_client.post(
        staff_address(signature, "decide_logo"), {"key": waiting.key, "accept": "yes"}
    )
    assert (answer.status_code, answer.url) == (302, staff_address(signature, "change"))
    logo = Logo.objects.get()
    assert (logo.organisation, logo.image) == (signature.organisation, waiting.image)
    assert logo.key != waiting.key
    assert ProposedLogo.objects.count() == 0
    assert version(signature) == 2
    shown = client.get(
        signature.organisation.get_absolute_url(), headers={"If-None-Match": etag}
    ).content.decode()
    assert f'src="/logos/{logo.key}.webp"' in shown
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by")) == [
        ("logo proposed", None),
        ("organisation changed", staff.pk),
        ("logo accepted", staff.pk),
    ]


def test_a_refused_logo_is_deleted_and_nothing_public_changes(staff_client, signature, staff):
    present = set_logo(organisation=signature.organisation, image=picture(red=1), by=None, now=NOW)
    waiting, before = propose(signature), version(signature)
    page = staff_client.get(staff_address(signature, "change")).content.decode()
    assert f"/logo/?{present.key}" in page
    for _ in range(2):
        staff_client.post(staff_address(signature, "decide_logo"), {"key": waiting.key})
    assert ProposedLogo.objects.count() == 0
    assert (Logo.objects.get().key, version(signature)) == (present.key, before)
    assert trail()[1:] == [("logo proposed", "representative"), ("logo refused", "staff")]


def test_staff_decide_on_the_image_that_they_saw(staff_client, signature):
    seen = propose(signature, red=1)
    other = propose(signature, red=200)
    answer = staff_client.post(
        staff_address(signature, "decide_logo"), {"key": seen.key, "accept": "yes"}, follow=True
    )
    assert [str(message) for message in answer.context["messages"]] == [
        "Another logo has been proposed since. Look at it first."
    ]
    assert (Logo.objects.count(), ProposedLogo.objects.get().key) == (0, other.key)
    with pytest.raises(ProposalChanged):
        decide_logo(signature=signature, key="", accept=False, by=StaffFactory(), now=NOW)


def test_a_decision_that_fails_leaves_no_half(signature, monkeypatch):
    waiting = propose(signature)
    monkeypatch.setattr("signatories.signing.actions.logos.audit.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decide_logo(signature=signature, key=waiting.key, accept=True, by=StaffFactory(), now=NOW)
    assert (Logo.objects.count(), ProposedLogo.objects.count()) == (0, 1)


def test_those_with_a_proposal_are_among_the_corrections(staff_client, signature):
    propose(signature)
    SignatureFactory(letter=signature.letter)
    named = SignatureFactory(letter=signature.letter, proposed_name="The Forum")
    page = staff_client.get(
        reverse("admin:signatories_signature_changelist"), {"todo": "correction"}
    )
    assert set(page.context["cl"].queryset) == {signature, named}


def staff_with(*names: str, team=None) -> Client:
    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    if team:
        team.team.add(user)
    client = Client()
    client.force_login(user)
    return client


def test_only_staff_who_may_see_the_signature_see_it(client, signature):
    waiting, campaign = propose(signature), signature.letter.campaign
    viewer = staff_with("view_signature", team=campaign)
    reviewer = staff_with("change_signature", "view_representative", team=campaign)
    elsewhere = staff_with("change_signature", "view_representative")
    without = staff_with("view_organisation", team=campaign)

    def seen() -> list[int]:
        return [one.get(staff_address(signature)).status_code for one in everybody]

    everybody = [viewer, reviewer, elsewhere, without, client]
    assert seen() == [200, 200, 404, 403, 302]
    change_visibility(signature=signature, visibility="withheld", now=NOW)
    assert seen() == [404, 200, 404, 404, 302]
    decision = {"key": waiting.key, "accept": "yes"}
    for one, status in ((viewer, 404), (elsewhere, 404), (without, 404), (client, 302)):
        answer = one.post(staff_address(signature, "decide_logo"), decision)
        assert answer.status_code == status
    change_visibility(signature=signature, visibility="public", now=NOW)
    assert viewer.post(staff_address(signature, "decide_logo"), decision).status_code == 403
    assert (Logo.objects.count(), ProposedLogo.objects.count()) == (0, 1)


def test_a_get_request_decides_nothing(staff_client, signature):
    propose(signature)
    assert staff_client.get(staff_address(signature, "decide_logo")).status_code == 405


# Where the name is hidden


@pytest.mark.parametrize("visibility", ["withheld", "counted"])
def test_a_hidden_organisation_may_propose_and_its_logo_is_not_served(client, visibility):
    signature = SignatureFactory(visibility=visibility, organisation__protected=True)
    etag = client.get(signature.letter.get_absolute_url())["ETag"]
    assert upload(client, signature).status_code == 303
    waiting = ProposedLogo.objects.get()
    decide_logo(signature=signature, key=waiting.key, accept=True, by=StaffFactory(), now=NOW)
    logo = Logo.objects.get()
    assert client.get(f"/logos/{logo.key}.webp").status_code == 404
    assert version(signature) == 1  # nobody could see the difference
    assert client.get(signature.letter.get_absolute_url())["ETag"] == etag
    change_visibility(signature=signature, visibility="public", now=NOW)
    assert client.get(f"/logos/{logo.key}.webp").content == waiting.image


# How it ends


def end_by_withdrawal(signature: Signature) -> None:
    withdraw_signature(signature=signature, now=NOW)


def end_by_declining(signature: Signature) -> None:
    decline_signature(signature=signature, by=StaffFactory(), now=NOW, reason="No organisation.")


def end_by_invalidation(signature: Signature) -> None:
    invalidate_signatures(
        letter=signature.letter,
        rule=Rule(status="published"),
        seen=digest_of([signature]),
        key="a" * 20,
        reason="A flood.",
        by=StaffFactory(),
        now=NOW,
    )


def end_by_erasure(signature: Signature) -> None:
    erase_own_data(signature=signature, now=NOW)


def end_by_time(signature: Signature) -> None:
    until = stored_until(signature.letter)
    assert until is not None
    erase_contacts(now=until + timedelta(seconds=1))


ENDS = [end_by_withdrawal, end_by_declining, end_by_invalidation, end_by_erasure, end_by_time]


@pytest.mark.parametrize("end", ENDS)
def test_the_proposal_ends_with_the_signature_or_its_contact(signature, end):
    propose(signature)
    later = NOW + timedelta(days=900)
    other = propose(SignatureFactory(letter__closes_at=later))
    end(signature)
    assert ProposedLogo.objects.get() == other


def test_an_accepted_logo_stays_when_the_contact_is_erased(signature):
    waiting = propose(signature)
    decide_logo(signature=signature, key=waiting.key, accept=True, by=StaffFactory(), now=NOW)
    erase_own_data(signature=signature, now=NOW)
    assert Logo.objects.count() == 1


def test_a_merge_deletes_the_declined_signatures_logo_and_does_not_log_it(signature):
    other = SignatureFactory(letter=signature.letter, in_review=True)
    stays, goes = propose(signature), propose(other)
    merge = merge_organisations(
        kept=signature.organisation, merged=other.organisation, by=StaffFactory(), now=NOW
    )
    assert ProposedLogo.objects.get() == stays
    assert goes.encoded not in json.dumps(merge.changes)
    undo_merge(merge=merge, by=StaffFactory(), now=NOW)
    assert ProposedLogo.objects.get() == stays


def test_a_merge_moves_a_live_signatures_logo_to_the_kept_organisation(signature):
    kept, waiting = OrganisationFactory(), propose(signature)
    merge_organisations(kept=kept, merged=signature.organisation, by=StaffFactory(), now=NOW)
    decide_logo(signature=signature, key=waiting.key, accept=True, by=StaffFactory(), now=NOW)
    assert Logo.objects.get().organisation == kept


def test_it_can_be_taken_along(client, signature):
    waiting = propose(signature)
    told = json.loads(client.post(address(signature, "data/download/")).content)
    found = told["organisation"]["data"]["proposed_logo"]
    assert found["type"] == "image/webp"
    assert base64.b64decode(found["base64"]) == waiting.image
    take_back_logo(signature=signature, now=NOW)
    told = json.loads(client.post(address(signature, "data/download/")).content)
    assert told["organisation"]["data"]["proposed_logo"] is None


@pytest.mark.parametrize("wrong", [{"encoded": ""}, {"width": 0}, {"height": 0}])
def test_a_proposal_without_an_image_is_refused_by_the_database(signature, wrong):
    right = {"signature": signature, "encoded": "UklGRg==", "width": 1, "height": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedLogo.objects.create(**(right | wrong))
    assert ProposedLogo.objects.create(**right).image == b"RIFF"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedLogo.objects.create(**right)  # one for each signature
