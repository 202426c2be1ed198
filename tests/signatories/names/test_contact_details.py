"""Text that could lure readers is refused, and honest text is not."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from signatories.models import Signature
from signatories.names.cleaning import clean_name, clean_person
from signatories.names.contact_details import (
    contains_address,
    contains_telephone_number,
    refuse_contact_details,
    refuse_contact_details_in_name,
)
from tests.factories import LetterFactory, form_data

PERSONS = """
Jean-Luc O'Neill, PhD|J. Smith|Dr.Müller|Dr. Müller|J.R.R. Tolkien|J.R.R.Tolkien|
Ph.D. Ada King|Prof.dr. A. de Vries|mr.dr. J. Jansen|M.Sc. Li|A.Li|J.Ng|Ms.Co|
St.John Smith|N'Golo Kanté|X Æ A-12|María José Núñez S.J.|Dipl.-Ing. Hans|Dr.med. Anna|
Dr.med.Anna Meier|Dr.phil. Anna|B.S. Moonje|Frère Roger A.A.|Г.Москва|г.Москва|
д-р Иванов|И.И.Иванов|Иванов И.И.|د.علي حسن|डॉ.भारत शर्मा|ดร.สมชาย|王小明|김철수|გიორგი|
Αννα Π.|Nguyễn Thị Ánh|Siobhán Ní Dhuibhne|Maha Vajiralongkorn III
"""
ROLES = """
Director/CEO|Chair 2019-2023|Co-ordinator (24/7)|VP, R&D|Treasurer 2019\u20132024|
Member no. 12345|Kanzler a.D.|Vorstand, Verein e.V.|jednatel s.r.o.|prezes sp. z o.o.|
d.o.o.|C.E.O.|Press & P.R.|Attorney-at-Law|Sr.Pastor|Presidente/a|Portavoz de tod@s|
Rector Univ.Prof. Dr.
"""
STATEMENTS = """
We demand action.Now!|Since 1948.We agree.|From 1945-1989 and 2014\u20132024.|
On 2026-11-30, 30.11.2026 and 1/5/2026|10 000 000 people|1.000.000 Menschen|
12,500,000 people|EU 2016/679 and Directive 2019/1937|Resolution 2758 (1971)|
Article 19.3|v2.0|3.5 million|e.g. this|z.B. das|U.S. and U.K.|
Federal Law No. 121-FZ of 20.07.2012|and/or|in 1989, 1990, 1991, 1992|Art. 5(1)(a)|
ISO 9001:2015|1,2,3,4,5,6,7,8|Peace for ciudadan@s|Stop...now
"""
NAMES = """
350.org|Avaaz.org|1000.org|+1 Group|555|MoveOn.org Civic Action|Forum 2000|350|1% Club|
Change.org|Movement 15M 2011|March 8th 1908|Group of 25.11.1960|116 111|1 000 000 Women|
30 Years 1991-2021|Code4Rights 2.0|99 Posse|Democracy.Earth|Stop.Watch|мемориал.рф|
AC/DC Fans e.V.|D.i.Re|tod@s|A.T.T.A.C.|Amnesty
"""
ADDRESSES = """
bank-login.evil.example/verify|evil.example|bank.com|Evil.Com|BANK.COM|www.evil.example|
http://x|hxxps://evil[.]com|evil[.]com|evil (dot) com|evil\u3002com|
\uff45\uff56\uff49\uff4c\uff0e\uff43\uff4f\uff4d|evil\u2024com|go to bit.ly/x|t.me/abc|
me@x.org|192.0.2.1|президент.рф|login.secure.bank:8080|xn--e1a.xn--p1ai|see evil.online|
evil.shop now|evil.com.|(evil.net)|"evil.net",|mailto:me|evil.com?x=1|Verify:evil.com
"""
NUMBERS = """
+1 800 555 0199|1-800-555-0199|0800 123 456|(030) 1234567|+49301234567|555-0199 now|
\u0660\u0668\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666|00 44 20 7946 0958|
8 (495) 123-45-67|tel. 12345|Call 020 7946 0958|0123456789|
\uff12\uff10\uff12-\uff15\uff15\uff15-\uff10\uff11\uff19\uff19
"""


def each(words: str) -> list[str]:
    return [one.strip() for one in words.split("|") if one.strip()]


@pytest.mark.parametrize("words", each(PERSONS) + each(ROLES))
def test_an_honest_person_or_role_is_accepted_unchanged(words):
    assert clean_person(words) == words


@pytest.mark.parametrize("words", each(STATEMENTS))
def test_an_honest_statement_is_accepted_unchanged(words):
    assert refuse_contact_details(words) == words


@pytest.mark.parametrize("name", each(NAMES))
def test_an_organisations_name_may_look_like_a_host(name):
    assert refuse_contact_details_in_name(clean_name(name)) == name


@pytest.mark.parametrize("words", each(ADDRESSES))
def test_an_address_is_found_and_refused(words):
    assert contains_address(words)
    with pytest.raises(ValidationError):
        clean_person(f"Rosa {words}")


@pytest.mark.parametrize("words", each(NUMBERS))
def test_a_telephone_number_is_found_and_refused(words):
    assert contains_telephone_number(words)
    for refuse in (clean_person, refuse_contact_details_in_name):
        with pytest.raises(ValidationError):
            refuse(f"Rosa {words}")


@pytest.mark.parametrize(
    "name",
    [
        "bank-login.evil.example/verify",
        "Bank evil[.]com/verify",
        "Bank https://evil",
        "Bank evil.com:8080",
        "Bank 192.0.2.1",
        "Bank evil.com?login",
    ],
)
def test_an_organisations_name_cannot_be_a_working_address(name):
    with pytest.raises(ValidationError):
        refuse_contact_details_in_name(clean_name(name))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", "Bank, call +1 800 555 0199"),
        ("organisation", "bank-login.evil.example/verify"),
        ("name", "bank-login.evil.example"),
        ("role", "Call 0800 123 456"),
        ("statement", "Your account is locked: evil.example/verify"),
    ],
)
def test_the_form_shows_the_error_beside_the_field(client, field, value):
    LetterFactory(slug="speak")
    response = client.post("/en/letters/speak/sign/", form_data(**{field: value}))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Signature.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["350.org", "Avaaz.org", "1000.org", "+1 Group", "555"])
def test_real_organisations_sign(client, name):
    LetterFactory(slug="speak")
    assert client.post("/en/letters/speak/sign/", form_data(organisation=name)).status_code == 303
    assert Signature.objects.get().signed_as == name
