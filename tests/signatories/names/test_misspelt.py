"""A host that looks misspelt is questioned once; correct ones are not."""

from __future__ import annotations

import pytest

from signatories.models import Signature
from signatories.names.misspelt import intended_host
from signatories.recognition.domains import FREE_MAIL
from tests.factories import LetterFactory, form_data

ADDRESS = "/en/letters/speak/sign/"
MEANT = {
    "gmail.com": "gmial.com gmai.com gamil.com gmal.com gnail.com gmaill.com gmail.con gmail.co"
    " gmail.cm gmail.de gmial.con mgail.com g-mail.com gmail.cmo gmail.com.com GMIAL.com",
    "outlook.com": "outlok.com outlook.cm outllok.com oulook.com otulook.com outloock.com",
    "hotmail.com": "hotmial.com hotmal.com hotmail.con homtail.com otmail.com hotmail.cim",
    "hotmail.fr": "hotmil.fr",
    "hotmail.co.uk": "hotmai.co.uk",
    "yahoo.com": "yaho.com yahooo.com yhaoo.com yahoo.con yahoo.comm",
    "yahoo.co.uk": "yaho.co.uk",
    "icloud.com": "iclod.com icloud.co iclould.com",
    "protonmail.com": "protonmal.com",
    "googlemail.com": "gogglemail.com",
    "yandex.ru": "yandx.ru",
    "aol.com": "aol.con",
    "gmx.net": "gmx.nett",
}
RIGHT = """
gmx.net mail.com hotmail.fr ymail.com hotmail.nl hotmail.be outlook.jp yahoo.de yahoo.ca
yahoo.com.au yandex.com.tr email.com live.com live.nl msn.com inbox.lv mail.ee mailbox.org posteo.eu
zoho.eu hey.com tuta.com cloud.com fmail.com greenpeace.org amnesty.org gail.org.uk hotline.org
outlooks.org yaho.org fastmail.org forum.example faß.example q.example
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [(one, meant) for meant, slips in MEANT.items() for one in slips.split()],
)
def test_a_slip_is_noticed(written, meant):
    assert intended_host(f"office@{written}") == meant


@pytest.mark.parametrize("host", RIGHT.split())
def test_a_right_host_is_left_alone(host):
    assert intended_host(f"office@{host}") == ""


def test_no_known_mail_host_is_questioned():
    assert [host for host in FREE_MAIL if intended_host(f"office@{host}")] == []


@pytest.mark.django_db
class TestForm:
    @pytest.fixture(autouse=True)
    def _letter(self):
        LetterFactory(slug="speak")

    def test_it_asks_once_and_accepts_the_second_answer(self, client):
        first = client.post(ADDRESS, form_data(email="office@gmial.com"))
        assert first.status_code == 422
        form = first.context["form"]
        assert form.errors == {
            "email": ["Did you mean gmail.com? If gmial.com is right, press the button again."]
        }
        assert 'name="email_asked" value="office@gmial.com"' in first.content.decode()
        assert Signature.objects.count() == 0
        again = form_data(email=form["email"].value(), email_asked=form["email_asked"].value())
        assert client.post(ADDRESS, again).status_code == 303
        assert Signature.objects.get().representative_email == "office@gmial.com"

    def test_another_slip_is_asked_about_again(self, client):
        data = form_data(email="office@outlok.com", email_asked="office@gmial.com")
        assert client.post(ADDRESS, data).status_code == 422

    def test_a_corrected_address_is_accepted(self, client):
        data = form_data(email="office@gmail.com", email_asked="office@gmial.com")
        assert client.post(ADDRESS, data).status_code == 303

    def test_it_asks_together_with_other_errors(self, client):
        form = client.post(ADDRESS, form_data(email="office@gmial.com", name="")).context["form"]
        assert set(form.errors) == {"email", "name"}
        again = form_data(email="office@gmial.com", email_asked=form["email_asked"].value())
        assert client.post(ADDRESS, again).status_code == 303
