"""Logos: re-encoded, shown with their organisation, and gone with its name."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from campaigns.models import Campaign
from signatories.models import Logo, Organisation, Signature
from signatories.register.actions import set_logo
from signatories.review.actions import merge_organisations, undo_merge
from signatories.signing.actions import change_visibility, withdraw_signature
from tests.factories import OrganisationFactory, SignatureFactory, StaffFactory

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def encoded(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    written = BytesIO()
    Image.new("RGBA", size, (200, 0, 0, 0)).save(written, kind)
    return written.getvalue()


def give_logo(organisation: Organisation, now) -> str:
    """Set a logo, and return its URL."""
    logo = set_logo(organisation=organisation, image=encoded("WEBP"), by=None, now=now)
    assert logo is not None
    return f"/logos/{logo.key}.webp"


@pytest.fixture
def signature() -> Signature:
    signature: Signature = SignatureFactory(organisation__name="Forum")
    return signature


def fields(organisation: Organisation, **changes: object) -> dict[str, object]:
    """The data of the admin's form."""
    sent: dict[str, object] = {
        "name": organisation.name,
        "acronym": "",
        "country": "DE",
        "scope": "national",
        "website": "",
        "parent": "",
        "namesake": "0",
    }
    for part in ("names", "domains", "identifiers"):
        sent |= {f"{part}-TOTAL_FORMS": "0", f"{part}-INITIAL_FORMS": "0"}
    return sent | changes


def test_an_uploaded_logo_is_re_encoded_and_shown_with_the_name(staff_client, client, signature):
    organisation = signature.organisation
    address = f"/admin/signatories/organisation/{organisation.pk}/change/"
    etag = client.get(organisation.get_absolute_url())["ETag"]
    upload = SimpleUploadedFile("Rosa Reader.png", encoded(size=(2000, 500)) + b"Rosa Reader")
    answer = staff_client.post(address, fields(organisation, logo=upload))
    assert answer.status_code == 302
    logo = Logo.objects.get()
    assert (logo.width, logo.height) == (480, 120)
    assert b"Rosa" not in logo.image
    page = client.get(organisation.get_absolute_url(), headers={"If-None-Match": etag})
    shown = re.findall(r'<img class="organisation-logo"[^>]*>', page.content.decode())
    assert shown == [
        f'<img class="organisation-logo" src="/logos/{logo.key}.webp" width="480" height="120"'
        ' alt="Logo of Forum">'
    ]
    image = client.get(f"/logos/{logo.key}.webp")
    assert (image["Content-Type"], image.content) == ("image/webp", logo.image)
    assert Image.open(BytesIO(image.content)).format == "WEBP"
    assert staff_client.get(f"{address[:-7]}logo/").content == logo.image


@pytest.mark.parametrize("content", [SVG, b"", b"nothing", encoded("GIF")])
def test_an_invalid_image_is_refused_beside_the_field(staff_client, signature, content):
    organisation = signature.organisation
    upload = SimpleUploadedFile("logo.png", content)
    answer = staff_client.post(
        f"/admin/signatories/organisation/{organisation.pk}/change/",
        fields(organisation, logo=upload),
    )
    assert list(answer.context["adminform"].form.errors) == ["logo"]
    assert Logo.objects.count() == 0


def test_a_new_logo_has_a_new_url_and_the_old_one_is_gone(client, signature, now):
    first = give_logo(signature.organisation, now)
    second = give_logo(signature.organisation, now)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert Logo.objects.count() == 1


def test_a_removed_logo_is_gone(staff_client, client, signature, now):
    organisation = signature.organisation
    address = give_logo(organisation, now)
    staff_client.post(
        f"/admin/signatories/organisation/{organisation.pk}/change/",
        fields(organisation, remove_logo="on"),
    )
    assert (client.get(address).status_code, Logo.objects.count()) == (404, 0)
    assert "organisation-logo" not in client.get(organisation.get_absolute_url()).content.decode()


@pytest.mark.parametrize("how", ["withheld", "counted", "withdrawn", "campaign"])
def test_the_logo_of_a_hidden_name_is_no_longer_served(client, signature, now, how):
    address = give_logo(signature.organisation, now)
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    if how == "withdrawn":
        withdraw_signature(signature=signature, now=timezone.now())
    elif how == "campaign":
        Campaign.objects.update(published=False)
    else:
        change_visibility(signature=signature, visibility=how, now=timezone.now())
    for headers in ({}, {"If-None-Match": etag}):
        hidden = client.get(address, headers=headers)
        nothing = client.get("/logos/22222222222222222222.webp", headers=headers)
        assert (hidden.status_code, nothing.status_code) == (404, 404)
        key = address[len("/logos/") : -len(".webp")].encode()
        assert hidden.content.replace(key, b"") == nothing.content.replace(b"2" * 20, b"")


def test_caches_store_a_logo_for_a_second(client, signature, now):
    answer = client.get(give_logo(signature.organisation, now))
    assert answer["Cache-Control"] == "public, max-age=1"


def test_a_merge_moves_the_logo_unless_there_is_one(signature, now):
    kept, staff = signature.organisation, StaffFactory()
    first, second = OrganisationFactory(name="First"), OrganisationFactory(name="Second")
    for one in (first, second):
        give_logo(one, now)
    merges = [
        merge_organisations(kept=kept, merged=one, by=staff, now=now) for one in (first, second)
    ]
    owners = Logo.objects.order_by("pk").values_list("organisation__name", flat=True)
    assert list(owners) == ["Forum", "Second"]
    for merge in reversed(merges):
        undo_merge(merge=merge, by=staff, now=now)
    assert list(owners.all()) == ["First", "Second"]


@pytest.mark.parametrize("wrong", [{"encoded": ""}, {"width": 0}, {"height": 0}])
def test_a_logo_without_an_image_is_refused_by_the_database(signature, wrong):
    right = {"organisation": signature.organisation, "encoded": "UklGRg==", "width": 1, "height": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        Logo.objects.create(**(right | wrong))
    assert Logo.objects.create(**right).image == b"RIFF"


def test_a_logo_is_served_only_for_a_public_organisation(client, now):
    """The logo of an organisation that never signed is shown only in the admin."""
    assert client.get(give_logo(OrganisationFactory(), now)).status_code == 404
