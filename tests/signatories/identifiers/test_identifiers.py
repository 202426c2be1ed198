"""Numbers in other registers: their forms, how staff enter them, and the registers' codes."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from signatories.identifiers import (
    LONGEST_CODE,
    LONGEST_NUMBER,
    clean_number,
    clean_scheme,
    known_schemes,
    number_url,
    scheme_name,
)
from signatories.identifiers.check_digits import CHECKS
from signatories.models import OrganisationIdentifier
from tests.factories import OrganisationFactory
from tests.signatories.admin.test_admin import organisation_data

NUMBERS = {  # as typed, and as stored; each is in use
    "AR-CUIT": ("30-50001091-2", "30500010912"),
    "AU-ABN": ("51 824 753 556", "51824753556"),
    "BE-BCE_KBO": ("BE 0403.170.701", "0403170701"),
    "BR-CNPJ": ("33.000.167/0001-01", "33000167000101"),
    "CH-FDJP": ("CHE-116.281.710", "CHE116281710"),
    "CZ-ICO": ("255 96 641", "25596641"),
    "DK-CVR": ("24 25 67 90", "24256790"),
    "ES-NIF": ("G-28667152", "G28667152"),
    "FI-PRO": ("01120389", "0112038-9"),
    "FR-INSEE": ("732 829 320 00074", "73282932000074"),
    "FR-RCS": ("552 100 554", "552100554"),
    "GB-CHC": ("1071557", "1071557"),
    "GB-COH": ("4336774", "04336774"),
    "GB-SC": ("sc038415", "SC038415"),
    "IT-CF": ("IT00743110157", "00743110157"),
    "JP-JCN": ("7000012050002", "7000012050002"),
    "NL-KVK": ("33 01 44 04", "33014404"),
    "NO-BRC": ("974 760 673", "974760673"),
    "NZ-NZBN": ("9429041525746", "9429041525746"),
    "PL-NIP": ("526-021-02-28", "5260210228"),
    "PL-REGON": ("012100784", "012100784"),
    "PT-NIPPC": ("500 100 144", "500100144"),
    "RO-CUI": ("RO18547290", "18547290"),
    "RU-INN": ("7707083893", "7707083893"),
    "RU-OGRN": ("1027700132195", "1027700132195"),
    "SE-ON": ("802002-8711", "8020028711"),
    "SK-ICO": ("31 333 532", "31333532"),
    "UA-EDR": ("00032129", "00032129"),
    "US-EIN": ("13-1788491", "131788491"),
    "XI-LEI": ("529900T8BM49AURSDO55", "529900T8BM49AURSDO55"),
    "XI-ROR": ("https://ror.org/05a28rw58", "05a28rw58"),
    "XI-WIKIDATA": ("q42", "Q42"),
    "EU-TRANSPARENCY": ("11063928304-32", "11063928304-32"),
}


def other_digit(number: str) -> str:
    """The number with its last digit one higher, or 0 after 9."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("code", NUMBERS)
def test_a_number_is_stored_as_its_register_writes_it(code):
    written, stored = NUMBERS[code]
    assert clean_number(code, written) == stored
    assert clean_number(code, stored) == stored


@pytest.mark.parametrize("scheme", [one for one in known_schemes() if one.check], ids=str)
def test_a_number_with_a_wrong_digit_is_refused(scheme):
    stored = NUMBERS[scheme.code if scheme.code in NUMBERS else "SK-ICO"][1]
    changed = other_digit(stored)
    with pytest.raises(ValidationError):
        clean_number(scheme.code, changed)


def test_every_check_is_of_a_register():
    assert {one.check for one in known_schemes()} - {""} == set(CHECKS)


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("GB-CHC", "12345"),
        ("GB-COH", "ABCDEFGH"),
        ("US-EIN", "12345678"),
        ("NL-KVK", "123456789"),
        ("XI-WIKIDATA", "P31"),
        ("XI-ROR", "05a28rw5"),
        ("XI-ROR", "123456789"),
        ("GB-MPR", ""),
        ("QX-OURS", " "),
        ("QX-OURS", "1" * (LONGEST_NUMBER + 1)),
    ],
)
def test_a_number_without_the_registers_form_is_refused(code, number):
    with pytest.raises(ValidationError):
        clean_number(code, number)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("gb-chc", "GB-CHC"),
        (" ROR ", "XI-ROR"),
        ("wikidata", "XI-WIKIDATA"),
        ("eu_transparency", "EU-TRANSPARENCY"),
        ("FR-SIREN", "FR-INSEE"),
        ("SE-BLV", "SE-ON"),
        ("QX-OURS", "QX-OURS"),
        ("US-CA-CR", "US-CA-CR"),
    ],
)
def test_a_register_is_identified_by_its_code(written, stored):
    assert clean_scheme(written) == stored


@pytest.mark.parametrize("written", ["", "Charity Commission", "GBCHC", "G-CHC", f"GB-{'C' * 20}"])
def test_an_invalid_code_is_refused(written):
    with pytest.raises(ValidationError):
        clean_scheme(written)


def test_an_unknown_register_is_named_by_its_code_and_has_no_url():
    assert (scheme_name("QX-OURS"), number_url("QX-OURS", "7")) == ("QX-OURS", "")


@given(st.sampled_from(known_schemes()), st.text(max_size=80))
def test_any_input_is_refused_or_cleaned_once_and_fits(scheme, written):
    try:
        stored = clean_number(scheme.code, written)
    except ValidationError:
        return
    assert 0 < len(stored) <= LONGEST_NUMBER
    assert clean_number(scheme.code, stored) == stored


@given(st.text(max_size=40))
def test_a_code_fits_its_column(written):
    try:
        assert len(clean_scheme(written)) <= LONGEST_CODE
    except ValidationError:
        return


# Entered by staff


def save(client, organisation, **number: str):
    rows = [number]
    data = organisation_data(name=organisation.name)
    data |= {"identifiers-TOTAL_FORMS": str(len(rows)), "identifiers-INITIAL_FORMS": "0"}
    data |= {f"identifiers-0-{name}": value for name, value in number.items()}
    page = reverse("admin:signatories_organisation_change", args=[organisation.pk])
    return client.post(page, data)


@pytest.mark.django_db
def test_staff_enter_a_number_by_any_spelling(staff_client):
    organisation = OrganisationFactory(name="Forum", country="DE")
    save(staff_client, organisation, scheme="se-on", value="802002-8711")
    number = organisation.identifiers.get()
    assert (number.scheme, number.value) == ("SE-ON", "8020028711")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scheme", "value", "field"),
    [("Charities", "1071557", "scheme"), ("GB-CHC", "12", "value")],
)
def test_staff_see_the_error_beside_the_field(staff_client, scheme, value, field):
    organisation = OrganisationFactory(name="Forum", country="DE")
    response = save(staff_client, organisation, scheme=scheme, value=value)
    (formset,) = (
        part.formset
        for part in response.context["inline_admin_formsets"]
        if part.formset.prefix == "identifiers"
    )
    assert list(formset.errors[0]) == [field]
    assert not organisation.identifiers.exists()


@pytest.mark.django_db
def test_a_stored_number_is_not_validated_again(staff_client):
    organisation = OrganisationFactory(name="Forum", country="DE")
    old = OrganisationIdentifier.objects.create(
        organisation=organisation, scheme="XI-ROR", value="05ab/12"
    )
    page = reverse("admin:signatories_organisation_change", args=[organisation.pk])
    data = organisation_data(name="Forum") | {
        "identifiers-TOTAL_FORMS": "1",
        "identifiers-INITIAL_FORMS": "1",
        "identifiers-0-id": str(old.pk),
        "identifiers-0-organisation": str(organisation.pk),
        "identifiers-0-scheme": "XI-ROR",
        "identifiers-0-value": "05ab/12",
    }
    assert staff_client.post(page, data).status_code == 302
    assert organisation.identifiers.get().value == "05ab/12"


@pytest.mark.django_db
def test_former_codes_are_migrated_and_back():
    from importlib import import_module

    codes = import_module("signatories.migrations.0022_identifiers_by_codes_of_org_id")
    organisation = OrganisationFactory()
    for scheme in ("ror", "wikidata", "eu_transparency", "GB-CHC"):
        OrganisationIdentifier.objects.create(organisation=organisation, scheme=scheme, value="1")
    before = set(organisation.identifiers.values_list("pk", "scheme"))
    codes.forwards(apps, None)
    assert set(organisation.identifiers.values_list("scheme", flat=True)) == {
        "XI-ROR",
        "XI-WIKIDATA",
        "EU-TRANSPARENCY",
        "GB-CHC",
    }
    codes.backwards(apps, None)
    assert set(organisation.identifiers.values_list("pk", "scheme")) == before
