"""The form: what it takes, what it says, and that it says the same to everyone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from letters.models import Letter
from signatories.models import Signature
from signatories.public.signatories import SignatoryList
from signatories.signing.forms import SigningForm
from tests.factories import FIRST, LetterFactory, SignatureFactory, form_data

pytestmark = pytest.mark.django_db
ADDRESS = "/en/letters/speak/sign/"
SENT = "/en/letters/speak/sign/sent/"


@pytest.fixture(autouse=True)
def letter():
    return LetterFactory(slug="speak")


def test_a_valid_form_redirects_to_the_next_step(client):
    response = client.post(ADDRESS, form_data())
    assert (response.status_code, response.url) == (303, SENT)
    assert Signature.objects.get().signed_as == "Forum for Free Speech"
    assert client.get(SENT).status_code == 200


@pytest.mark.parametrize("known", ["nothing", "address", "organisation", "both"])
def test_the_response_reveals_nothing_about_other_signatures(client, letter, known):
    email = "rosa@forum.example.org" if known in {"address", "both"} else "other@example.net"
    name = "Forum for Free Speech" if known in {"organisation", "both"} else "Other"
    if known != "nothing":
        SignatureFactory(letter=letter, organisation__name=name, representative_email=email)
    response = client.post(ADDRESS, form_data())
    assert (response.status_code, response.url, response.content) == (303, SENT, b"")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("organisation", "", "Enter the organisation’s name."),
        (
            "organisation",
            "<b>Forum</b>",
            "The name contains markup such as <b> or [link](…). Use plain text.",
        ),
        ("organisation", "x" * 230, "Use at most 200 characters. You have used 230."),
        ("country", "", "Choose the organisation’s country."),
        ("country", "XX", "Select a valid choice. XX is not one of the available choices."),
        ("website", "not an address", "Enter a web address, such as example.org."),
        ("website", "javascript:alert(1)", "Enter a web address, such as example.org."),
        ("name", "", "Enter your name."),
        ("role", "https://spam.example", "Use plain words, without links or code."),
        ("email", "rosa", "Enter an email address, such as name@example.org."),
        ("may_sign", "", "Only someone authorised to sign for the organisation can sign."),
        ("privacy", "", "Read the privacy notice and tick this box."),
    ],
)
def test_invalid_input_gets_a_message_beside_the_field_and_stays_in_the_form(
    client, field, value, message
):
    response = client.post(ADDRESS, form_data(**{field: value}))
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {field: [message]}
    page = response.content.decode()
    assert "rosa@forum.example.org" in page or field == "email"
    assert 'aria-invalid="true"' in page
    assert Signature.objects.count() == 0


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("", "Enter your role."),
        ("https://spam.example", "Your role: Use plain words, without links or code."),
    ],
)
def test_the_summary_of_errors_names_the_field_unless_the_message_does(client, value, line):
    page = client.post(ADDRESS, form_data(role=value)).content.decode()
    assert f'<li><a href="#id_role">{line}</a></li>' in page


def test_a_page_with_submitted_data_is_not_cached(client):
    response = client.post(ADDRESS, form_data(organisation=""))
    assert response["Cache-Control"] == "no-store"


def test_an_address_without_scheme_is_understood(client):
    client.post(ADDRESS, form_data(website="Faß.example"))
    assert Signature.objects.get().website == "https://xn--fa-hia.example"


def test_no_maxlength_cuts_what_is_typed_or_pasted(client):
    form = client.get(ADDRESS).context["form"]
    texts = [field for field in form.visible_fields() if hasattr(field.field, "max_length")]
    limits = {field.name: field.field.widget.attrs.get("data-limit") for field in texts}
    assert limits | {"fax": None} == {
        "organisation": 200,
        "website": 300,
        "name": 150,
        "role": 150,
        "email": 254,
        "statement": 300,
        "fax": None,
    }
    assert [field.name for field in texts if "maxlength" in field.field.widget.attrs] == []


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("name", "representative_name"),
        ("role", "representative_role"),
        ("statement", "statement"),
        ("organisation", "signed_as"),
    ],
)
def test_text_keeps_what_its_script_needs_and_loses_what_nobody_sees(client, field, column):
    client.post(ADDRESS, form_data(**{field: "\u202eنمی\u200cدانم 👩\u200d🚒 Fo\u200brum\u200d"}))
    assert getattr(Signature.objects.get(), column) == "نمی\u200cدانم 👩\u200d🚒 Forum"


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("statement", "a\r\n" * 149 + "bb"),
        ("statement", "e\u0301" * 300),
        ("name", "e\u0301" * 150),
        ("role", "  " + "e\u0301\u200b" * 150 + "\r\n"),
        ("organisation", "E\u0301" + "e\u0301" * 199),
    ],
)
def test_text_is_measured_once_it_is_clean(client, field, written):
    assert client.post(ADDRESS, form_data(**{field: written})).url == SENT
    response = client.post(ADDRESS, form_data(**{field: written + "ab"}))
    assert list(response.context["form"].errors) == [field]
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("written", ["1000.org", "+1 Group", "555", "FRENTE SINDICAL", "CODEPINK"])
def test_odd_names_of_real_organisations_are_taken(client, written):
    client.post(ADDRESS, form_data(organisation=written))
    assert Signature.objects.get().signed_as == written


@pytest.mark.parametrize(
    "typed",
    [
        "\u200brosa@forum.example.org",
        "rosa\uff20forum.example.org\u202c",
        " \ufeffrosa@forum.example.org",
    ],
)
def test_a_pasted_e_mail_address_is_stored_clean(client, typed):
    client.post(ADDRESS, form_data(email=typed))
    assert Signature.objects.get().representative_email == "rosa@forum.example.org"


@pytest.mark.parametrize("language", ["de", "pl", "ru", "kk", "ar"])
def test_the_form_has_countries_as_the_list_has_them(client, letter, language):
    codes = ["AX", "EG", "HU", "IS", "KZ", "LT", "LV", "MK", "SE", "SZ", "TH", "UA", "XK", "ZA"]
    for code in codes:
        SignatureFactory(letter=letter, organisation__country=code)
    form = client.get(f"/{language}/letters/speak/sign/").context["form"]
    with override(language):
        offered = [(code, str(name)) for code, name in form.fields["country"].choices]
        counts = SignatoryList(letter).country_counts
        listed = [(row.country.code, str(row.country.name)) for row in counts]
    assert [pair for pair in offered if pair[0] in codes] == listed
    assert len(listed) == len(codes)


def test_kosovo_can_be_chosen(client):
    client.post(ADDRESS, form_data(country="XK"))
    assert Signature.objects.get().country.name == "Kosovo"


def test_a_form_with_the_hidden_field_filled_in_comes_back_with_all_that_was_typed(client):
    response = client.post(ADDRESS, form_data(fax="555"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["fax"]
    assert Signature.objects.count() == 0
    page = response.content.decode()
    assert "perhaps your password manager" in page
    # A person can see the field now, and it is empty.
    assert 'class="trap"' not in page
    assert [part.split(">")[0] for part in page.split('name="fax"')[1:]] == [
        ' autocomplete="off" aria-invalid="true" aria-describedby="id_fax_error" id="id_fax"'
    ]
    assert 'value="rosa@forum.example.org"' in page


def test_pressed_again_without_it_the_organisation_signs(client):
    form = client.post(ADDRESS, form_data(fax="555")).context["form"]
    again = form_data(**{name: form[name].value() or "" for name in ("fax", "opened", "email")})
    assert client.post(ADDRESS, again).url == SENT
    assert Signature.objects.count() == 1


def test_the_form_needs_no_cookie_and_sets_none():
    client = Client(enforce_csrf_checks=True)
    assert client.post(ADDRESS, form_data(), headers={"Origin": "http://testserver"}).url == SENT
    assert client.cookies == {}


def test_a_form_on_another_site_is_refused(client):
    response = client.post(ADDRESS, form_data(), headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert Signature.objects.count() == 0


class TestMinimumTime:
    """Nobody reads and fills in a form within three seconds."""

    now: datetime

    @pytest.fixture(autouse=True)
    def _three_seconds(self, settings):
        settings.SIGNING_MINIMUM_SECONDS = 3
        self.now = timezone.now()

    def form(self, *, opened: str, after: float) -> SigningForm:
        data = form_data(opened=opened)
        return SigningForm(
            data, now=self.now + timedelta(seconds=after), shown=FIRST, letter=Letter()
        )

    def stamp(self) -> str:
        return str(SigningForm(now=self.now, shown=FIRST, letter=Letter()).initial["opened"])

    def test_three_seconds_are_enough(self):
        assert self.form(opened=self.stamp(), after=4).is_valid()

    def test_a_form_from_a_page_cached_for_days_is_accepted(self):
        assert self.form(opened=self.stamp(), after=3 * 24 * 3600).is_valid()

    @pytest.mark.parametrize("after", [0, 2])
    def test_a_form_sent_too_quickly_is_returned_with_its_input(self, after):
        form = self.form(opened=self.stamp(), after=after)
        assert form.errors == {
            "__all__": ["That was very quick. Check your answers and press the button again."]
        }
        assert form["opened"].value() == self.stamp()
        assert form["organisation"].value() == "Forum for Free Speech"

    @pytest.mark.parametrize("opened", ["", "12345", "12345:forged"])
    def test_a_stamp_that_is_not_ours_is_replaced_and_the_clock_starts(self, opened):
        form = self.form(opened=opened, after=0)
        assert not form.is_valid()
        assert form["opened"].value() == self.stamp()
