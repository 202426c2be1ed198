"""Countries have today's names, and the order of the page's language."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import override
from django_countries import countries
from django_countries.fields import Country

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Eswatini", "North Macedonia", "Czechia", "Türkiye", "Kosovo", "Bahamas"]),
        ("fr", ["Eswatini", "Macédoine du Nord", "Tchéquie", "Turquie", "Kosovo", "Bahamas"]),
        ("de", ["Eswatini", "Nordmazedonien", "Tschechien", "Türkei", "Kosovo", "Bahamas"]),
        ("es", ["Esuatini", "Macedonia del Norte", "Chequia", "Turquía", "Kosovo", "Bahamas"]),
        ("pl", ["Eswatini", "Macedonia Północna", "Czechy", "Turcja", "Kosowo", "Bahamy"]),
        ("ru", ["Эсватини", "Северная Македония", "Чехия", "Турция", "Косово", "Багамы"]),
        ("kk", ["Эсватини", "Солтүстік Македония", "Чехия", "Түркия", "Косово", "Багам аралдары"]),
        ("ar", ["إسواتيني", "مقدونيا الشمالية", "التشيك", "تركيا", "كوسوفو", "جزر البهاما"]),
    ],
)
def test_countries_have_todays_names(language, names):
    with override(language):
        assert [Country(code).name for code in ("SZ", "MK", "CZ", "TR", "XK", "BS")] == names


def test_english_has_the_names_that_britons_write():
    with override("en"):
        names = [Country(code).name for code in ("TT", "LC", "CD", "CG")]
    assert names == [
        "Trinidad and Tobago",
        "St Lucia",
        "Democratic Republic of the Congo",
        "Republic of the Congo",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_countries_share_a_name_and_none_is_without(language):
    with override(language):
        named = {code: str(name) for code, name in countries}
    assert len(set(named.values())) == len(named) == 250
    assert [code for code, name in named.items() if not name or name == code] == []


@pytest.mark.parametrize(
    ("language", "some"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania", "Türkiye", "Tuvalu", "Zambia"]),
        ("de", ["Afghanistan", "Ägypten", "Ålandinseln", "Albanien", "Österreich", "Zypern"]),
        ("es", ["Níger", "Nigeria", "Niue", "Noruega", "Omán"]),
        ("pl", ["Litwa", "Luksemburg", "Łotwa", "Macedonia Północna", "Tadżykistan"]),
        ("ru", ["Австралия", "Зимбабве", "Израиль", "Йемен", "Кабо-Верде", "Эстония", "Япония"]),
        ("kk", ["АҚШ-тың Виргин аралдары", "Әзірбайжан", "Қазақстан", "Өзбекстан", "Үндістан"]),
        ("ar", ["آيسلندا", "إثيوبيا", "البرازيل", "السودان", "ألمانيا", "تونس", "هونغ كونغ"]),
    ],
)
def test_countries_stand_in_the_order_of_the_language(language, some):
    with override(language):
        names = [str(name) for _code, name in countries]
    assert [name for name in names if name in some] == some


def test_one_process_speaks_all_languages():
    template = Template("{{ country.name }}")
    said = []
    for language in ("pl", "ru", "pl"):
        with override(language):
            said.append(template.render(Context({"country": Country("SZ")})))
    assert said == ["Eswatini", "Эсватини", "Eswatini"]
