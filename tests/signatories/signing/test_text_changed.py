"""A form signs only the text that it showed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from letters.actions import publish_revision, save_edition
from letters.models import Edition, Letter
from signatories.errors import TextChanged
from signatories.models import Signature
from signatories.signing.actions import confirm_signature
from signatories.signing.links import CONFIRM, make_token
from tests.factories import EditionFactory, LetterFactory, SignatureFactory, form_data

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SIGN = "/en/letters/speak/sign/"


@pytest.fixture
def letter(db: None) -> Letter:
    return LetterFactory(slug="speak")


def change(
    letter: Letter, body: str = "We write to all.\n\nPlease listen.", *, substantive: bool = True
) -> None:
    Edition.objects.filter(letter=letter, is_original=True).update(body=body)
    publish_revision(letter=letter, substantive=substantive, reason="A new law.", now=NOW)


def add_french(letter: Letter) -> None:
    french = EditionFactory.build(letter=letter, language="fr", is_original=False, title="Parlez")
    save_edition(edition=french, demands=["Abrogez la loi."])
    publish_revision(letter=letter, substantive=False, reason="French added.", now=NOW)


def test_a_signature_names_the_revision_and_the_language_that_its_form_showed(client, letter):
    add_french(letter)
    client.post("/fr/letters/speak/sign/", form_data(revision="1.1", edition="fr"))
    signature = Signature.objects.get()
    assert (signature.revision.label, signature.edition_language) == ("1.1", "fr")
    assert signature.language == "fr"


def test_without_an_edition_in_the_pages_language_the_original_is_signed(client, letter):
    form = client.get("/ar/letters/speak/sign/").context["form"]
    assert (form["revision"].value(), form["edition"].value()) == ("1", "en")
    client.post("/ar/letters/speak/sign/", form_data())
    signature = Signature.objects.get()
    assert (signature.edition_language, signature.language) == ("en", "ar")


def test_an_older_form_shows_what_changed_before_it_accepts(client, letter):
    change(letter)
    response = client.post(SIGN, form_data())
    page = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (409, "no-store")
    assert "You read revision 1; the current text is revision 2." in page
    assert "all</ins>" in page
    assert response.context["form"]["organisation"].value() == "Forum for Free Speech"
    assert Signature.objects.count() == 0
    client.post(SIGN, form_data(revision=response.context["form"]["revision"].value()))
    assert Signature.objects.get().revision.label == "2"


def test_a_correction_of_the_words_is_shown_as_well(client, letter):
    change(letter, substantive=False)
    assert client.post(SIGN, form_data()).status_code == 409


def test_a_change_in_another_language_alone_does_not_stop_the_form(client, letter):
    add_french(letter)
    assert client.post(SIGN, form_data()).status_code == 303
    assert Signature.objects.get().revision.label == "1.1"


@pytest.mark.parametrize("text", [{"revision": ""}, {"revision": "7"}, {"edition": "th"}])
def test_a_form_of_a_text_that_never_was_has_to_be_read_once_more(client, letter, text):
    response = client.post(SIGN, form_data(**text))
    assert response.status_code == 409
    assert "Please read it again" in response.content.decode()
    assert Signature.objects.count() == 0


def test_confirming_shows_what_changed_since_the_form_and_signs_what_it_showed(client, letter):
    signature = SignatureFactory(letter=letter, unconfirmed=True)
    change(letter)
    address = f"/en/confirm/{make_token(signature, CONFIRM)}/"
    page = client.get(address).content.decode()
    assert "all</ins>" in page
    assert client.post(address, {"revision": "1", "edition": "en"}).status_code == 409
    signature.refresh_from_db()
    assert signature.status == Signature.Status.UNCONFIRMED
    assert client.post(address, {"revision": "2", "edition": "en"}).status_code == 303
    signature.refresh_from_db()
    assert (signature.status, signature.revision.label) == ("in_review", "2")


def test_confirming_without_being_shown_anything_new_signs_no_new_text(letter):
    signature = SignatureFactory(letter=letter, unconfirmed=True)
    change(letter)
    with pytest.raises(TextChanged):
        confirm_signature(signature=signature, now=NOW)


# An edition in a language that the site itself does not speak


@pytest.fixture
def thai(letter) -> Edition:
    edition = EditionFactory.build(
        letter=letter, language="th", is_original=False, title="จงให้ทุกคนพูด"
    )
    save_edition(edition=edition, demands=[])
    publish_revision(letter=letter, substantive=False, reason="Thai added.", now=NOW)
    return edition


def test_an_edition_without_site_language_is_read_and_signed_at_its_own_url(client, thai):
    page = client.get("/en/letters/speak/in/th/")
    assert thai.title in page.content.decode()
    form = page.context["form"]
    client.post(SIGN, form_data(revision=form["revision"].value(), edition=form["edition"].value()))
    assert Signature.objects.get().edition_language == "th"


def test_an_edition_that_is_not_there_is_not_found(client, letter):
    assert client.get("/en/letters/speak/in/th/").status_code == 404
