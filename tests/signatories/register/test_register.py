"""The register as recognition and the signing form see it."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from signatories.models import (
    KeyCount,
    NameStart,
    Organisation,
    OrganisationDomain,
    OrganisationName,
    RecognitionKey,
)
from signatories.names.cleaning import name_key, sort_key
from signatories.recognition import (
    Answer,
    Entry,
    EntryName,
    InMemorySource,
    NormalForm,
    Scope,
    entry_keys,
    normal_form,
    query_keys,
    recognise,
)
from signatories.recognition.domains import known_host
from signatories.register.actions import (
    index_organisation,
    keep_apart,
    record_organisation,
    rename_organisation,
)
from signatories.register.actions.counting import KEYED
from signatories.register.entries import entry_of, pack, unpack
from signatories.register.owners import is_at_own_domain
from signatories.register.recognising import recognise_organisation
from signatories.register.source import DatabaseSource
from signatories.register.suggestions import starts_of, suggest
from signatories.review.actions import merge_organisations
from signatories.signing.actions import confirm_signature, settle_signature, withdraw_signature
from tests.factories import OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ECRE = "European Council on Refugees and Exiles"


@pytest.fixture
def ecre() -> Organisation:
    return OrganisationFactory(name=ECRE, country="BE", acronym="ECRE", website="https://ecre.org")


def recognise_with(name: str, **facts: str):
    return recognise(name=name, **({"country": "BE"} | facts), source=DatabaseSource())


def test_an_organisation_is_found_by_any_of_its_names(ecre):
    OrganisationName.objects.create(
        organisation=ecre,
        name="Европейский совет по делам беженцев",
        kind=OrganisationName.Kind.TRANSLATION,
        language="ru",
    )
    index_organisation(ecre)
    for name in (ECRE, "ECRE", "Европейский совет по делам беженцев"):
        assert recognise_with(name).candidates[0].entry.organisation == str(ecre.pk)


def test_the_name_at_its_own_domain_is_the_same(ecre):
    assert recognise_with("ECRE", email="rosa@ecre.org").answer is Answer.SAME


def test_an_acronym_alone_is_not_the_same(ecre):
    assert recognise_with("ECRE").answer is Answer.MAYBE


def test_national_sections_are_different_organisations():
    OrganisationFactory(name="Amnesty International Germany", country="DE")
    found = recognise_with("Amnesty International France", country="FR")
    assert found.answer is not Answer.SAME


def test_database_and_memory_give_the_same_answers():
    organisations = [
        OrganisationFactory(name=f"{kind} for {cause}", country=country)
        for kind in ("Forum", "Committee", "Network", "Institute")
        for cause in ("Refugees", "Press Freedom", "Human Rights", "Clean Rivers")
        for country in ("DE", "FR", "PL")
    ]
    memory = InMemorySource(entry_of(organisation) for organisation in organisations)
    for name in ("Forum for Refugees", "Komitee für Menschenrechte", "Press Network", "FFR"):
        ours = recognise(name=name, country="DE", source=DatabaseSource())
        theirs = recognise(name=name, country="DE", source=memory)
        assert ours.answer == theirs.answer
        assert {one.entry.display_name for one in ours.candidates[:3]} == {
            one.entry.display_name for one in theirs.candidates[:3]
        }


def test_the_number_of_database_queries_does_not_depend_on_the_register(
    ecre, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as few:
        recognise_with(ECRE)
    for number in range(30):
        OrganisationFactory(name=f"European Council number {number}", country="BE")
    with django_assert_num_queries(len(few)):
        recognise_with(ECRE)


def test_keys_follow_a_renaming_and_the_old_name_stays_known(ecre, staff):
    rename_organisation(organisation=ecre, name="Refuge Europe", by=staff, now=NOW)
    former = OrganisationName.objects.get()
    assert (former.name, former.kind) == (ECRE, "former")
    assert recognise_with("Refuge Europe").organisation == str(ecre.pk)
    assert recognise_with(ECRE).candidates[0].entry.organisation == str(ecre.pk)


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_what_is_derived_from_a_name_fits_its_columns(name, address):
    """Each derived column, with the longest text that its function can return."""
    form = normal_form(name)
    host = known_host(address) or known_host(f"a@{'x' * 60}.{address}")
    entry = Entry("1", (EntryName(name, form),), "DE", domains=(host,) if host else ())
    longest = {
        (Organisation, "name_key"): [name_key(name)],
        (Organisation, "sort_key"): [sort_key(name)],
        (OrganisationName, "name_key"): [name_key(name)],
        (OrganisationName, "sort_key"): [sort_key(name)],
        (OrganisationDomain, "domain"): [known_host(address), host],
        (KeyCount, "key"): entry_keys(entry),
        (KeyCount, "model"): [model.__name__ for model in KEYED],
        (NameStart, "start"): starts_of([name, name * 2]) or {""},
        (RecognitionKey, "key"): [*entry_keys(entry), *query_keys(name, form, entry.domains)],
    }
    for (model, column), texts in longest.items():
        limit = model._meta.get_field(column).max_length
        assert limit is not None
        assert max(map(len, texts)) <= limit, (model, column)


@pytest.mark.parametrize(
    "name",
    [
        "Foundation for the Promotion of Health and Biomedical Research in the Valencian Region"
        " (FISABIO)",
        "Международная общественная правозащитная благотворительная организация " * 2,
        "国際人権擁護活動支援特定非営利活動法人連合会" * 8,
        "المنظمة الدولية لحقوق الإنسان والتنمية المستدامة " * 4,
        "Forum (人権擁護活動支援特定非営利)",
    ],
)
def test_a_long_name_is_added_and_found(name):
    signature = SignatureFactory(unconfirmed=True, signed_as=name[:200].strip(), country="ES")
    confirm_signature(signature=signature, now=NOW)
    added = settle_signature(signature=signature, now=NOW).organisation
    assert recognise_with(added.name, country="ES").candidates[0].entry.organisation == str(
        added.pk
    )


NAMES = st.one_of(
    st.text(min_size=1, max_size=300),
    st.sampled_from(
        ["Комитет (КПП)", "国際人権協会", "Forum\tfor\nRights", "NSF-DUE", "!", "e.V."]
    ),
)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4), st.booleans())
def test_an_entry_is_unpacked_as_it_was_packed(names, international):
    entry = Entry(
        "7",
        tuple(EntryName(name, normal_form(name)) for name in names),
        "DE",
        Scope.INTERNATIONAL if international else Scope.NATIONAL,
        ("forum.org", "forum.de"),
    )
    without_keys = tuple(
        EntryName(re.sub("[\t\n]", " ", one.name), replace(one.form, keys=()))
        for one in entry.names
    )
    scope = "international" if international else "national"
    assert unpack("7", "DE", scope, pack(entry)) == replace(entry, names=without_keys)


def test_entries_of_the_first_versions_are_still_read(ecre):
    entry = entry_of(ecre)
    fields = [one.name for one in dataclasses.fields(NormalForm) if one.name != "keys"]
    names = [
        [other.name, *json.loads(json.dumps([getattr(other.form, field) for field in fields]))]
        for other in entry.names
    ]
    without_keys = tuple(replace(other, form=replace(other.form, keys=())) for other in entry.names)
    read = unpack(entry.organisation, "BE", "national", [names, list(entry.domains)])
    assert read == replace(entry, names=without_keys)


def test_indexing_twice_changes_nothing(ecre):
    before = list(RecognitionKey.objects.order_by("key").values_list())
    index_organisation(ecre)
    assert list(RecognitionKey.objects.order_by("key").values_list()) == before


def organisation_of(name: str) -> Organisation:
    """The organisation that a signature from Spain with a free mail address is linked with."""
    signature = SignatureFactory(
        unconfirmed=True, signed_as=name, country="ES", representative_email="a@gmail.com"
    )
    confirm_signature(signature=signature, now=NOW)
    found = settle_signature(signature=signature, now=NOW).organisation
    assert found is not None
    return found


def test_an_unmerged_duplicate_delays_nobody(staff):
    first = OrganisationFactory(name="Xnet", country="ES")
    second = OrganisationFactory(name="Xnet", country="ES", namesake=1)
    for organisation in (first, second):
        SignatureFactory(organisation=organisation)
    assert organisation_of("Xnet") == first
    # Staff's decision stands.
    keep_apart(one=first, other=second, by=staff, now=NOW)
    assert organisation_of("Xnet") not in (first, second)


def test_namesakes_with_different_domains_are_several():
    for number, domain in enumerate(["xnet-x.net", "xnet.example.com"]):
        organisation = OrganisationFactory(
            name="Xnet", country="ES", namesake=number, website=f"https://{domain}"
        )
        SignatureFactory(organisation=organisation)
    assert organisation_of("Xnet").namesake == 2


def test_an_organisation_does_not_find_itself(ecre):
    assert recognise_organisation(ecre).answer is Answer.NEW


@pytest.mark.parametrize(
    ("email", "website", "further", "own"),
    [
        ("rosa@forum.org", "https://www.forum.org/about", "", True),
        ("rosa@mail.forum.org", "https://forum.org", "", True),
        ("rosa@forum.net", "https://forum.org", "forum.net", True),
        ("rosa@forum.net", "https://forum.org", "", False),
        ("rosa@evilforum.org", "https://forum.org", "", False),
        ("forum@gmail.com", "https://gmail.com", "gmail.com", False),
        ("rosa@wordpress.com", "https://forum.wordpress.com", "", False),
        ("one@two.co.uk", "https://three.co.uk", "", False),
        ("rosa@forum.org", "", "", False),
    ],
)
def test_an_own_address_is_at_a_domain_of_the_register(email, website, further, own):
    organisation = OrganisationFactory(website=website)
    if further:
        OrganisationDomain.objects.create(organisation=organisation, domain=further)
        index_organisation(organisation)
    assert is_at_own_domain(email=email, organisation=organisation) is own


def test_suggestions_are_public_organisations_with_a_matching_word():
    for name in ("Café Libre", "Liberty Forum", "Deliberate"):
        SignatureFactory(organisation__name=name)
    SignatureFactory(organisation__name="Library of Secrets", in_review=True)
    OrganisationFactory(name="Libra Unsigned")
    assert [str(one) for one in suggest("lib")] == ["Café Libre", "Liberty Forum"]
    assert suggest("l") == []


def test_suggestions_find_acronyms_other_names_and_other_scripts(ecre):
    SignatureFactory(organisation=ecre)
    OrganisationName.objects.create(
        organisation=ecre, name="Совет", kind=OrganisationName.Kind.TRANSLATION, language="ru"
    )
    index_organisation(ecre)
    for text in ("ECRE", "refug", "Сов", "sov"):
        assert suggest(text) == [ecre]


def test_suggestions_follow_a_renaming_and_a_merge(ecre, staff):
    SignatureFactory(organisation=ecre)
    rename_organisation(organisation=ecre, name="Refuge Europe", by=staff, now=NOW)
    assert suggest("refuge eu") == suggest("council on") == [ecre]
    other = OrganisationFactory(name="Asylum Europe")
    merge_organisations(kept=other, merged=ecre, by=staff, now=NOW)
    assert suggest("council on") == [other]


@pytest.mark.parametrize("size", [1, 20])
def test_the_number_of_queries_for_suggestions_does_not_depend_on_the_register(
    size, django_assert_num_queries
):
    for number in range(size):
        SignatureFactory(organisation__name=f"Forum {number:02}")
    with django_assert_num_queries(2):
        assert len(suggest("forum")) == min(size, 8)


def test_many_spellings_of_one_name_do_not_crowd_out_others(ecre):
    SignatureFactory(organisation=ecre)
    SignatureFactory(organisation__name="Europium Society")
    for number in range(12):
        OrganisationName.objects.create(
            organisation=ecre, name=f"Europe Council {number}", kind=OrganisationName.Kind.SPELLING
        )
    index_organisation(ecre)
    assert [str(one) for one in suggest("europ")] == [ECRE, "Europium Society"]


@pytest.mark.parametrize(
    "text", ["100%", "a_", "zz", "~~", "x" * 200, "%%", "ÿÿ", "\U0010ffff" * 3]
)
def test_typed_text_is_not_a_pattern(text):
    SignatureFactory(organisation__name="Forum 100% Ab")
    assert [str(one) for one in suggest(text)] == (["Forum 100% Ab"] if text == "100%" else [])


@settings(deadline=None)
@given(st.text(max_size=300))
def test_every_word_of_a_name_is_suggested_by_what_it_starts_with(name):
    key = sort_key(name)
    for word in key.split():
        if word[0].isalnum():
            assert any(start.startswith(word[:60]) for start in starts_of([name]))


def test_the_suggestions_endpoint_returns_what_fills_the_form(client, ecre):
    SignatureFactory(organisation=ecre)
    response = client.get("/organisations.json", {"q": "refu"})
    assert response.json() == {
        "organisations": [
            {"name": ECRE, "acronym": "ECRE", "country": "BE", "website": "https://ecre.org"}
        ]
    }
    assert response["Cache-Control"] == "public, max-age=1"


def test_a_withdrawn_organisation_is_no_longer_suggested(client):
    signature = SignatureFactory(organisation__name="Gone Forum")
    withdraw_signature(signature=signature, now=NOW)
    assert suggest("gone") == []


def test_a_change_of_names_is_on_the_record(ecre, staff):
    record_organisation(organisation=ecre, by=staff, now=NOW, changed=["names"])
    signature = SignatureFactory(organisation=ecre)
    record_organisation(organisation=ecre, by=staff, now=NOW, changed=["names"])
    signature.letter.refresh_from_db()
    assert signature.letter.public_version == 2
