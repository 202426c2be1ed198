"""What staff of another team, and viewers, could try in the admin to learn what they may not see.

Each attack uses the role that can do most without seeing all teams, an editor, or a viewer who may
see no personal data. The targets are what only another team may see: an organisation that signed
with its name withheld, and drafts.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from config.admin import StaffModelAdmin
from config.encryption import EncryptedTextField
from config.staff.roles import Role, give_role
from signatories.models import (
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    Pair,
    Signature,
)
from signatories.register.actions import compare_new, rename_organisation
from signatories.review.actions import merge_organisations, undo_merge
from tests.factories import (
    CampaignFactory,
    OrganisationFactory,
    SignatureFactory,
    StaffFactory,
)
from tests.signatories.admin.test_admin import organisation_data

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECRET = "Zyzzogeton Watch"
ADD = reverse("admin:signatories_organisation_add")
REGISTER = reverse("admin:signatories_organisation_changelist")
SIGNATURES = reverse("admin:signatories_signature_changelist")


def member(role: Role, *teams: Campaign) -> tuple[User, Client]:
    for one in Role:
        Group.objects.get_or_create(name=one.value)
    user = StaffFactory(is_superuser=False)
    give_role(user, role)
    for campaign in teams:
        campaign.team.add(user)
    client = Client()
    client.force_login(user)
    return User.objects.get(pk=user.pk), client


@pytest.fixture
def secret() -> Organisation:
    """Signed another team's letter with its name withheld, with everything that could be searched
    for.
    """
    organisation = SignatureFactory(
        organisation__name=SECRET, visibility="withheld", letter__campaign__published=True
    ).organisation
    OrganisationIdentifier.objects.create(
        organisation=organisation, scheme="XI-WIKIDATA", value="Q7"
    )
    OrganisationDomain.objects.create(organisation=organisation, domain="zyz.example")
    OrganisationName.objects.create(organisation=organisation, name="Zyz", kind="spelling")
    return organisation


@pytest.fixture
def editor() -> Client:
    """An editor of another campaign."""
    return member(Role.EDITOR, CampaignFactory())[1]


def part(which: str, /, **fields: str) -> dict[str, str]:
    """The form data of one row of an inline on the organisation's page."""
    written = {f"{which}-0-{key}": value for key, value in fields.items()}
    return {f"{which}-TOTAL_FORMS": "1"} | written


def add(client: Client, **changes: str) -> Organisation:
    response = client.post(ADD, organisation_data(**changes))
    assert response.status_code == 302, response.context["errors"]
    return Organisation.objects.latest("pk")


# Hidden columns


def status_of(client: Client, url: str, lookup: str) -> int:
    return client.get(url, {lookup: "a"}).status_code


HIDDEN = ["reason", "link_nonce", "network_index", "email_index", "representative_email", "network"]


@pytest.mark.parametrize(
    "lookup",
    [
        *(f"{column}__{how}" for column, how in product(HIDDEN, ["contains", "startswith"])),
        *(f"{column}__{how}" for column, how in product(HIDDEN, ["exact", "gt", "regex"])),
        *HIDDEN,
        "pk__in",
        "id",
        "letter__slug",
        "letter__campaign__team__id__exact",
        "organisation__signatures__reason__contains",
        "organisation__merged_into__isnull",
        "decided_by__password__startswith",
        "contact_request__representative_name__exact",
        "asked_about__canonical__contains",
        "status__contains",  # a visible column, with a lookup that no filter uses
        "signed_at__second",
    ],
)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR])
def test_no_filter_in_the_url_reads_a_hidden_column(role, lookup):
    campaign = SignatureFactory().letter.campaign
    assert status_of(member(role, campaign)[1], SIGNATURES, lookup) == 400


@pytest.mark.parametrize(
    ("page", "lookup"),
    [
        ("auth_user", "password__startswith"),
        ("auth_user", "groups__name"),
        ("config_auditentry", "detail__contains"),
        ("campaigns_campaign", "team__id__exact"),
        ("letters_letter", "campaign__slug__contains"),
        ("signatories_organisation", "signatures__isnull"),
        ("signatories_organisation", "signatures__visibility"),
        ("signatories_organisation", "forms__contains"),
        ("signatories_pair", "first__signatures__letter"),
        ("signatories_merge", "changes__contains"),
        ("signatories_invalidation", "key__startswith"),
        ("signatories_listing", "listed_by__email__contains"),
    ],
)
def test_no_filter_on_any_other_page_reads_a_hidden_column(page, lookup, staff_client):
    assert status_of(staff_client, reverse(f"admin:{page}_changelist"), lookup) == 400


@pytest.mark.parametrize(
    "query",
    [
        {"status__exact": "published"},
        {"todo": "behind"},
        {"letter__id__exact": "1"},
        {"visibility__exact": "public", "authority__exact": "declared"},
        {"signed_at__year": "2026", "signed_at__month": "5", "signed_at__day": "4"},
        {"q": "forum", "o": "-1", "all": "", "e": "1", "p": "1"},
    ],
)
def test_the_pages_own_filters_work(query, staff_client):
    SignatureFactory()
    response = staff_client.get(SIGNATURES, query)
    assert response.status_code == 200 or "e=1" in response.headers["Location"]


def test_a_viewer_cannot_filter_by_proposals():
    signature = SignatureFactory(proposed_name=SECRET)
    client = member(Role.VIEWER, signature.letter.campaign)[1]
    page = client.get(SIGNATURES, {"todo": "correction"})
    assert list(page.context["cl"].result_list) == [signature]  # as without the filter
    assert (
        SECRET
        not in client.get(
            reverse("admin:signatories_signature_change", args=[signature.pk])
        ).content.decode()
    )


def test_a_viewer_does_not_see_a_signatures_network():
    signature = SignatureFactory(network="192.0.2.0/24", network_index="a" * 64)
    url = reverse("admin:signatories_signature_change", args=[signature.pk])
    campaign = signature.letter.campaign
    assert "192.0.2.0" not in member(Role.VIEWER, campaign)[1].get(url).content.decode()
    assert "192.0.2.0" in member(Role.REVIEWER, campaign)[1].get(url).content.decode()


@pytest.mark.parametrize("field", ["link_nonce", "email_index", "signed_as", "letter"])
def test_a_row_is_found_by_its_id_only(field):
    signature = SignatureFactory()
    client = member(Role.VIEWER, signature.letter.campaign)[1]
    url = reverse("admin:signatories_signature_change", args=[signature.pk])
    assert client.get(url, {"_to_field": field}).status_code == 400
    assert client.get(url, {"_to_field": "id"}).status_code == 200


def test_every_page_of_the_admin_has_these_restrictions(rf):
    pages = admin.site._registry
    assert {
        model.__name__ for model, one in pages.items() if not isinstance(one, StaffModelAdmin)
    } == set()
    for model, page in pages.items():
        for path in [*page.search_fields, *page.get_ordering(rf.get("/"))]:
            names = path.lstrip("-").split("__")
            field = model._meta.pk if names == ["pk"] else model._meta.get_field(names[0])
            for name in names[1:]:
                field = field.related_model._meta.get_field(name)
            assert not isinstance(field, EncryptedTextField), (model, path)
            assert not field.name.endswith(("_index", "nonce", "key_hash")), (model, path)


def test_no_inline_offers_unchecked_rows():
    """Inlines have no choices of their own; one that gets some must use `visible_rows`."""
    chosen = {
        (inline.model.__name__, field.name)
        for page in admin.site._registry.values()
        for inline in page.inlines
        for field in inline.model._meta.fields
        if isinstance(field, ForeignKey)
        and field.related_model is not page.model
        and field.editable
    }
    assert chosen == set()


# Names


def test_adding_an_organisation_with_a_hidden_name_is_like_adding_any(secret, editor):
    added = add(editor, name=SECRET)
    other = add(editor, name="Never heard of")
    assert (added.namesake, other.namesake) == (1, 0)
    page = [
        editor.get(reverse("admin:signatories_organisation_change", args=[one.pk]))
        .content.decode()
        .replace(one.name, "NAME")
        .replace(f'value="{one.pk}"', "PK")
        for one in (added, other)
    ]
    fields = [one[one.index("<fieldset") : one.index('class="submit-row"')] for one in page]
    assert fields[0] == fields[1]


def test_renaming_to_a_hidden_name_is_like_any_renaming(secret, editor):
    own = OrganisationFactory(name="Ours")
    url = reverse("admin:signatories_organisation_change", args=[own.pk])
    assert editor.post(url, organisation_data(name=SECRET)).status_code == 302
    own.refresh_from_db()
    assert (own.name, own.namesake) == (SECRET, 1)
    assert editor.post(url, organisation_data(name=SECRET, acronym="ZW")).status_code == 302


def test_moving_to_the_country_of_a_hidden_namesake_is_like_any_move(secret, editor):
    own = add(editor, name=SECRET, country="FR")
    url = reverse("admin:signatories_organisation_change", args=[own.pk])
    assert editor.post(url, organisation_data(name=SECRET)).status_code == 302


def test_accepting_a_hidden_name_is_like_accepting_any(secret):
    signature = SignatureFactory(organisation__name="Ours", proposed_name=SECRET)
    client = member(Role.REVIEWER, signature.letter.campaign)[1]
    url = reverse("admin:signatories_signature_correction", args=[signature.pk])
    client.post(url, {"accept": "yes"})
    signature.organisation.refresh_from_db()
    assert (signature.organisation.name, signature.organisation.namesake) == (SECRET, 1)


def test_a_visible_namesake_is_reported_and_can_be_confirmed(editor):
    OrganisationFactory(name="Forum")
    response = editor.post(ADD, organisation_data(name="FORUM"))
    assert list(response.context["adminform"].form.errors) == ["name"]
    assert add(editor, name="FORUM", another="on").namesake == 1


def test_its_own_team_is_told_of_the_namesake(secret):
    client = member(Role.EDITOR, Signature.objects.get().letter.campaign)[1]
    response = client.post(ADD, organisation_data(name=SECRET))
    assert list(response.context["adminform"].form.errors) == ["name"]


def test_renaming_reports_only_namesakes_that_the_user_may_see(secret):
    own = OrganisationFactory(name="Ours")
    stranger, _client = member(Role.REVIEWER)
    renamed = rename_organisation(organisation=own, name=SECRET, by=stranger, now=NOW)
    assert renamed.namesake == 1


def test_undoing_a_merge_yields_to_a_namesake_added_since(staff):
    kept, merged = OrganisationFactory(name="Forum"), OrganisationFactory(name="Council")
    merge = merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    OrganisationFactory(name="Council")
    undo_merge(merge=merge, by=staff, now=NOW)
    merged.refresh_from_db()
    assert (merged.name, merged.merged_into, merged.namesake) == ("Council", None, 1)


# Inlines of an organisation


@pytest.mark.parametrize(
    "written",
    [
        part("identifiers", scheme="XI-WIKIDATA", value="Q7"),
        part("domains", domain="zyz.example"),
        part("names", name="Zyz", kind="spelling", language=""),
        {"website": "https://zyz.example"},
        {"acronym": "ZW"},
    ],
    ids=["identifier", "domain", "name", "website", "acronym"],
)
def test_data_of_a_hidden_organisation_can_be_entered_for_another(secret, editor, written):
    assert add(editor, name="Ours", **written).name == "Ours"


def test_two_organisations_with_one_number_are_likely_duplicates(editor, staff_client):
    for name in ("Gardeners", "Physicians"):
        add(editor, name=name, **part("identifiers", scheme="XI-ROR", value="05a28rw58"))
    compare_new()
    pair = Pair.objects.get()
    assert (pair.score, pair.reasons) == (0.99, ["same_number"])
    page = staff_client.get(reverse("admin:signatories_pair_changelist")).content.decode()
    assert "same number in another register" in page


def test_a_number_of_a_hidden_organisation_makes_a_pair_only_for_its_own_team(secret, editor):
    add(editor, name="Ours", **part("identifiers", scheme="XI-WIKIDATA", value="Q7"))
    compare_new()
    assert Pair.objects.count() == 1
    pairs = reverse("admin:signatories_pair_changelist")
    assert list(editor.get(pairs).context["cl"].result_list) == []
    own = member(Role.REVIEWER, Signature.objects.get().letter.campaign)[1]
    assert list(own.get(pairs).context["cl"].result_list) == [Pair.objects.get()]


@pytest.mark.parametrize("number", ["Q7", "Q8"])
def test_a_merge_keeps_each_number_once(number, staff):
    kept, merged = OrganisationFactory(), OrganisationFactory()
    for one, value in ((kept, "Q7"), (merged, number)):
        OrganisationIdentifier.objects.create(organisation=one, scheme="XI-WIKIDATA", value=value)
    merge = merge_organisations(kept=kept, merged=merged, by=staff, now=NOW)
    assert set(kept.identifiers.values_list("value", flat=True)) == {"Q7", number}
    undo_merge(merge=merge, by=staff, now=NOW)
    assert merged.identifiers.get().value == number


def test_a_name_entered_twice_is_refused_beside_it(editor):
    own = OrganisationFactory(name="Ours")
    url = reverse("admin:signatories_organisation_change", args=[own.pk])
    written = {
        f"names-{row}-{key}": value
        for row in range(2)
        for key, value in {"name": "Zyz" if row else "ZYZ", "kind": "spelling"}.items()
    }
    response = editor.post(
        url, organisation_data(name="Ours") | written | {"names-TOTAL_FORMS": "2"}
    )
    assert response.context["errors"] == [["This name appears twice in the list."]]
    assert not own.names.exists()


# Rows behind choices, lists and ids


def test_a_hidden_federation_is_neither_offered_nor_accepted(secret, editor):
    own = OrganisationFactory(name="Ours")
    found = editor.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "signatories",
            "model_name": "organisation",
            "field_name": "parent",
            "term": "Zyz",
        },
    )
    assert found.json()["results"] == []
    url = reverse("admin:signatories_organisation_change", args=[own.pk])
    answers = [
        editor.post(url, organisation_data(name="Ours", parent=str(number)))
        for number in (secret.pk, 999_999)
    ]
    errors = [answer.context["adminform"].form.errors for answer in answers]
    assert errors[0] == errors[1]
    assert list(errors[0]) == ["parent"]


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_the_pages_of_a_hidden_organisation_look_like_those_of_a_missing_one(name, secret, editor):
    answers = [
        editor.get(reverse(f"admin:signatories_organisation_{name}", args=[number]), follow=True)
        for number in (secret.pk, 999_999)
    ]
    pages = [
        answer.content.decode().replace(f"“{number}”", "“PK”")
        for answer, number in zip(answers, (secret.pk, 999_999), strict=True)
    ]
    bodies = [re.sub(r'value="\w{64}"', "", page[page.index("<body") :]) for page in pages]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("text", ["Zyzzogeton", "zyz.example", "Zyz"])
def test_searching_the_register_does_not_find_a_hidden_organisation(text, secret, editor):
    assert list(editor.get(REGISTER, {"q": text}).context["cl"].result_list) == []


def test_deleting_a_similar_organisation_does_not_name_the_hidden_one(secret, editor):
    own = OrganisationFactory(name="Zyzzogeton Watcher")
    first, second = sorted([secret, own], key=lambda one: one.pk)
    Pair.objects.create(first=first, second=second, score=0.9)
    url = reverse("admin:signatories_organisation_delete", args=[own.pk])
    page = editor.get(url).content.decode()
    assert SECRET + "<" not in page
    assert SECRET + " /" not in page
    assert "duplicate" not in page.split("<main")[1]
    assert editor.post(url, {"post": "yes"}).status_code == 302
    assert not Organisation.objects.filter(pk=own.pk).exists()


def test_deleting_its_federation_does_not_name_the_hidden_one(secret, editor):
    own = OrganisationFactory(name="Ours")
    Organisation.objects.filter(pk=secret.pk).update(parent=own)
    url = reverse("admin:signatories_organisation_delete", args=[own.pk])
    page = editor.get(url)
    assert SECRET not in page.content.decode()
    assert page.context["protected"] == ["something you do not have permission to see"]
    assert editor.post(url, {"post": "yes"}).status_code == 200
    assert Organisation.objects.filter(pk=own.pk).exists()


def test_a_visible_section_that_prevents_a_deletion_is_named(staff_client):
    parent = OrganisationFactory(name="Federation")
    OrganisationFactory(name="Section", parent=parent)
    page = staff_client.get(reverse("admin:signatories_organisation_delete", args=[parent.pk]))
    assert page.context["protected"] == ["organisation: Section"]


@pytest.mark.parametrize("what", ["organisation", "letter", "campaign"])
def test_no_id_leads_to_the_public_url_of_a_hidden_row(what, secret, editor):
    letter = Signature.objects.get().letter
    row = {"organisation": secret, "letter": letter, "campaign": letter.campaign}[what]
    kind = ContentType.objects.get_for_model(row)
    response = editor.get(f"/admin/r/{kind.pk}/{row.pk}/")
    assert response.status_code == 404
    assert secret.slug not in response.content.decode()


def test_view_on_site_links_to_the_public_page(editor):
    own = OrganisationFactory(name="Ours")
    page = editor.get(reverse("admin:signatories_organisation_change", args=[own.pk]))
    assert page.context["absolute_url"] == own.get_absolute_url()


def test_hidden_candidates_do_not_crowd_out_others(secret):
    """Of six likely ones, a hidden one would leave four of the five that are shown."""
    names = [f"Zyzzogeton {word} Watch" for word in ("Old", "New", "Big", "Wee", "Red")]
    for name in names:
        SignatureFactory(organisation__name=name)
    signature = SignatureFactory(organisation__name="Zyzzogeton Watch e.V.", in_review=True)
    client = member(Role.REVIEWER, signature.letter.campaign)[1]
    url = reverse("admin:signatories_signature_change", args=[signature.pk])
    rows = client.get(url).context["candidates"]
    assert sorted(str(row.organisation) for row in rows) == sorted(names)
