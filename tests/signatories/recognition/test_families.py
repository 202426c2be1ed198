"""A domain says who may speak for a family of bodies, not which one."""

from __future__ import annotations

import pytest

from signatories.recognition import (
    Answer,
    Entry,
    EntryName,
    InMemorySource,
    Reason,
    Recognition,
    normal_form,
    recognise,
)


def at(domain: str, *names: str, country: str = "GB", key: str = "one") -> Entry:
    listed = tuple(EntryName(name, normal_form(name)) for name in names)
    return Entry(key, listed, country, domains=(domain,))


def ask(name: str, *registered: Entry) -> Recognition:
    """Query from an address at the first registered body's domain, in its country."""
    first = registered[0]
    email = f"rosa@{first.domains[0]}"
    return recognise(
        name=name, country=first.country, email=email, source=InMemorySource(registered)
    )


@pytest.mark.parametrize(
    ("registered", "country", "domain", "query"),
    [
        # Parts of one state, in one language, in translation and in another script.
        ("Gifu Prefectural Police", "JP", "pref.gifu.lg.jp", "Gifu Prefecture"),
        ("Nagano Prefectural Police", "JP", "pref.nagano.lg.jp", "Nagano Prefectural Government"),
        ("Nagano Prefectural Government", "JP", "pref.nagano.lg.jp", "長野県警察"),
        ("Northern Research Station", "GB", "fields.gov.uk", "Agency for Fields and Hedges"),
        ("Ministry of Health", "AT", "gesundheit.gv.at", "Institut für Gewässerforschung"),
        # A local group first, then the national body, and the other way round.
        ("Lanternfish Alliance Bristol", "GB", "lanternfish.org", "Lanternfish Alliance"),
        ("Amnesty International Bristol", "GB", "amnesty.org.uk", "Amnesty International"),
        ("Lanternfish", "GB", "lanternfish.org", "Lanternfish Bristol Group"),
        ("Lanternfish Bristol", "GB", "lanternfish.org", "Lanternfish"),
        # A society, its foundation, its press.
        ("Lanternfish Society", "GB", "lanternfish.org", "Lanternfish Foundation"),
        ("Lanternfish International", "GB", "lanternfish.org", "Lanternfish Press"),
        # Acronyms that cannot be read from the name, in the only language of the country.
        ("Institute of Meadow Sciences", "GB", "hedges.ac.uk", "NQT"),
        ("Meadow Observation Unit", "US", "hedge.gov", "HEDGE"),
        ("Section 4", "US", "sections.mil", "Section 7"),
        ("Hector Trust", "GB", "hector.org", "Hector Trust II"),
        # The whole and a region of it.
        ("Lanternfish Society of Ontario", "CA", "lanternfish.ca", "Lanternfish Society of Canada"),
    ],
)
def test_another_body_of_the_family_is_not_linked(registered, country, domain, query):
    found = ask(query, at(domain, registered, country=country))
    assert found.answer is not Answer.SAME


@pytest.mark.parametrize(
    ("registered", "country", "domain", "query"),
    [
        ("Nagano Prefectural Police", "JP", "pref.nagano.lg.jp", "長野県警察"),
        ("Ostrow Fisheries Research Institute", "JP", "ostrow.lg.jp", "水産研究所"),
        # A shorter, a longer and a translated form.
        (
            "Office of Meadow Research",
            "US",
            "fields.gov",
            "Department of Fields Office of Meadow Research",
        ),
        ("Skin Research Institute of Ostrow", "SG", "star.edu.sg", "Skin Research Institute"),
        ("Regional Library in Ostrow", "CZ", "kvo.cz", "Krajská knihovna v Ostrově"),
        ("Ministry of Defence", "ES", "defensa.gob.es", "Ministerio de Defensa"),
        ("Ministerio de Defensa", "ES", "defensa.gob.es", "Ministry of Defence"),
        # Acronyms: read from the name, or of another language of the country.
        ("Administration for Community Living", "US", "acl.gov", "ACL"),
        ("Black Hill Agricultural Institute", "TR", "arastirma.gov.tr", "KTAE"),
        # A former name at a domain built from the current one.
        ("Fondazione Montebruno", "IT", "fondazionemontebruno.it", "Fondazione Piave"),
        ("Oxfam", "GB", "oxfam.org.uk", "Oxfam GB"),
    ],
)
def test_another_name_of_the_registered_body_is_linked(registered, country, domain, query):
    found = ask(query, at(domain, registered, country=country))
    assert found.answer is Answer.SAME


def test_staff_are_told_that_only_the_domain_is_the_same():
    found = ask("Lanternfish Press", at("lanternfish.org", "Lanternfish International"))
    assert found.answer is Answer.MAYBE
    assert Reason.DOMAIN_ALONE in found.candidates[0].reasons


def test_a_known_further_name_fits():
    found = ask("Capital Markets Trust", at("rozetta.gov", "RoZetta Unit", "Capital Markets Trust"))
    assert found.answer is Answer.SAME


def test_of_several_bodies_at_a_domain_a_clear_best_is_linked():
    police = at("pref.nagano.lg.jp", "Nagano Prefectural Police", country="JP", key="police")
    office = at("pref.nagano.lg.jp", "Nagano Prefectural Government", country="JP", key="office")
    assert ask("Nagano Prefectural Police Department", police, office).organisation == "police"
    assert ask("Nagano Prefecture", police, office).organisation != "police"


def test_an_equal_name_wins_over_one_that_is_nearly_equal():
    first = at("hedges.org", "Hector Stiftung", country="DE", key="first")
    second = at("hedges.org", "Hector Stiftungen", country="DE", key="second")
    assert ask("Hector Stiftung", second, first).organisation == "first"
    assert ask("Hector Stiftungen", first, second).organisation == "second"


def test_two_bodies_of_one_name_at_a_domain_are_left_to_staff():
    twins = [at("hedges.org", "Hedge Trust", key="one"), at("hedges.org", "Hedge Trust", key="two")]
    assert ask("Hedge Trust", *twins).answer is Answer.MAYBE
