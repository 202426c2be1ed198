"""Likely duplicates of one body are one decision, among open pairs that the user may see."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from signatories.admin.candidates import decide_cluster
from signatories.errors import SignatureError
from signatories.models import Merge, Organisation, Pair, Signature
from signatories.register.actions import compare_new, keep_apart, make_section
from signatories.register.duplicates import MOST_MEMBERS, clusters
from signatories.review.actions import merge_organisations, undo_merge
from tests.factories import CampaignFactory, LetterFactory, OrganisationFactory, SignatureFactory
from tests.signatories.admin.test_admin import messages, reviewer

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LIST = reverse("admin:signatories_pair_changelist")


def bodies(number: int, **facts) -> list[Organisation]:
    return [OrganisationFactory(**facts) for _ in range(number)]


def likely_pair(one: Organisation, other: Organisation, score: float = 0.8) -> Pair:
    first, second = sorted([one, other], key=lambda body: body.pk)
    return Pair.objects.create(first=first, second=second, score=score)


def new_pair(score: float = 0.8) -> Pair:
    one, other = bodies(2)
    return likely_pair(one, other, score)


def star(number: int) -> tuple[Organisation, list[Organisation]]:
    """An organisation, and others that resemble it but not one another."""
    hub, *others = bodies(number)
    for other in others:
        likely_pair(hub, other)
    return hub, others


def grouped(user: User) -> list[set[int]]:
    return [set(one.members) for one in clusters(user)]


def numbers(*organisations: Organisation) -> set[int]:
    return {one.pk for one in organisations}


def page_of(pair: Pair) -> str:
    return reverse("admin:signatories_pair_cluster", args=[pair.pk])


def decide(client: Client, pair: Pair, shown, keep, same=()):
    data = {
        "shown": [one.pk for one in shown],
        "keep": keep.pk if keep else "",
        "same": [one.pk for one in same],
    }
    return client.post(page_of(pair), data, follow=True)


def on_register() -> set[int]:
    return set(Organisation.objects.on_register().values_list("pk", flat=True))


# Clusters


def test_several_likely_duplicates_of_one_body_are_one_cluster(staff):
    hub, others = star(4)
    assert grouped(staff) == [numbers(hub, *others)]


def test_every_open_pair_is_in_one_cluster_and_the_best_come_first(staff):
    one, other, third, fourth, fifth = bodies(5)
    likely_pair(one, other, 0.7)
    best = likely_pair(third, fourth, 0.9)
    likely_pair(fourth, fifth, 0.8)
    found = clusters(staff)
    assert [set(cluster.members) for cluster in found] == [
        numbers(third, fourth, fifth),
        numbers(one, other),
    ]
    assert found[0].pairs[0] == best.pk
    pairs = [pk for cluster in found for pk in cluster.pairs]
    assert sorted(pairs) == sorted(Pair.objects.values_list("pk", flat=True))


def test_clusters_are_not_chained(staff):
    """One that resembles a member but not the hub gets its own cluster."""
    chain = bodies(6)
    for one, other in pairwise(chain):
        likely_pair(one, other)
    found = grouped(staff)
    assert max(len(one) for one in found) == 3
    assert set().union(*found) == numbers(*chain)


def test_a_cluster_is_bounded(staff):
    star(MOST_MEMBERS + 3)
    assert [len(one) for one in grouped(staff)] == [MOST_MEMBERS, 4]


def test_a_decided_pair_is_never_in_one_cluster(staff):
    hub, (one, other) = star(3)
    keep_apart(one=one, other=other, by=staff, now=NOW)
    assert sorted(map(sorted, grouped(staff))) == [[hub.pk, one.pk], [hub.pk, other.pk]]


@pytest.mark.parametrize(("countries", "together"), [(("DE", "FR"), False), (("DE", "DE"), True)])
def test_sections_of_a_federation_in_two_countries_are_not_offered(staff, countries, together):
    federation = OrganisationFactory()
    one, other = (OrganisationFactory(country=country, parent=federation) for country in countries)
    likely_pair(one, other)
    assert (grouped(staff) == [numbers(one, other)]) is together


def test_sections_of_a_federation_in_two_countries_are_not_candidates(staff):
    federation = OrganisationFactory(name="Reporters of the World")
    name = "Clean Rivers Network"
    for country in ("DE", "FR"):
        OrganisationFactory(name=name, country=country, scope="international", parent=federation)
    compare_new()
    assert not Pair.objects.exists()
    Organisation.objects.update(parent=None, compared=False)
    compare_new()
    assert Pair.objects.count() == 1


def test_a_federation_and_its_section_are_not_in_one_cluster(staff):
    _hub, (one, other) = star(3)
    make_section(section=one, parent=other, by=staff, now=NOW)
    assert all({one.pk, other.pk} - found for found in grouped(staff))


# The list


def rows(client: Client, **query: str) -> list[Pair]:
    return list(client.get(LIST, query).context["cl"].result_list)


def test_the_list_has_one_row_for_a_cluster_with_all_its_members(staff_client):
    hub, others = star(4)
    response = staff_client.get(LIST)
    (row,) = response.context["cl"].result_list
    assert {one.pk for one in row.members} == numbers(hub, *others)
    page = response.content.decode()
    assert all(str(one) in page for one in (hub, *others))
    assert page_of(row) in page
    assert "1 likely duplicate" in page


def test_a_cluster_of_two_links_to_the_page_of_the_pair(staff_client):
    pair = new_pair()
    page = staff_client.get(LIST).content.decode()
    assert reverse("admin:signatories_pair_change", args=[pair.pk]) in page


def test_decided_pairs_come_last(staff_client, staff):
    decided, waiting = new_pair(0.99), new_pair(0.7)
    keep_apart(one=decided.first, other=decided.second, by=staff, now=NOW)
    assert rows(staff_client) == [waiting, decided]
    assert rows(staff_client, decision__exact="open") == [waiting]


def test_the_list_and_the_page_run_as_many_queries_for_three_as_for_one(staff_client):
    def count_queries(url: str) -> int:
        staff_client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert staff_client.get(url).status_code == 200
        return len(queries)

    def sign(*organisations: Organisation) -> None:
        letter = LetterFactory()
        for one in organisations:
            SignatureFactory(letter=letter, organisation=one)

    hub, others = star(3)
    sign(hub, *others)
    pair = Pair.objects.earliest("pk")
    few = count_queries(LIST), count_queries(page_of(pair))
    for _ in range(2):
        another, more = star(3)
        sign(another, *more)
    for one in bodies(2):
        likely_pair(hub, one)
        sign(hub, one)
    assert (count_queries(LIST), count_queries(page_of(pair))) == few


def test_letters_that_two_of_them_signed_are_named(staff_client):
    hub, (one, other) = star(3)
    letter, alone = LetterFactory(words__title="Free the press"), LetterFactory()
    for organisation in (one, other):
        SignatureFactory(letter=letter, organisation=organisation)
    SignatureFactory(letter=alone, organisation=hub)
    (row,) = rows(staff_client)
    assert row.both_signed == [letter]
    page = staff_client.get(page_of(row))
    assert page.context["both_signed"] == ["Free the press"]
    assert "Two or more of them have signed: Free the press." in page.content.decode()


# Deciding


def test_staff_decide_on_a_whole_cluster_at_once(staff_client):
    hub, (one, other, third) = star(4)
    response = decide(
        staff_client, Pair.objects.earliest("pk"), [hub, one, other, third], one, [hub]
    )
    assert messages(response) == ["Decision saved for all of them."]
    assert on_register() == numbers(one, other, third)
    assert [(merge.kept, merge.merged) for merge in Merge.objects.all()] == [(one, hub)]
    decided = Pair.objects.filter(decision="different")
    assert {frozenset([pair.first_id, pair.second_id]) for pair in decided} == {
        frozenset(numbers(one, other)),
        frozenset(numbers(one, third)),
    }


def test_a_decided_pair_is_not_shown_again(staff_client, staff):
    hub, others = star(4)
    decide(staff_client, Pair.objects.earliest("pk"), [hub, *others], hub, others[:1])
    assert clusters(staff) == []
    compare_new()
    assert clusters(staff) == []


def test_all_of_them_can_be_the_same_and_each_merge_is_undone(staff_client, staff):
    hub, others = star(3)
    decide(staff_client, Pair.objects.earliest("pk"), [hub, *others], hub, [hub, *others])
    assert on_register() == {hub.pk}
    for merge in Merge.objects.order_by("-pk"):
        undo_merge(merge=merge, by=staff, now=NOW)
    assert on_register() == numbers(hub, *others)


@pytest.mark.parametrize("keep", [None, "stranger"])
def test_nothing_happens_without_one_to_keep(keep, staff_client):
    hub, others = star(3)
    kept = OrganisationFactory() if keep else None
    response = decide(staff_client, Pair.objects.earliest("pk"), [hub, *others], kept, others)
    assert messages(response) == ["Choose which one to keep."]
    assert not Merge.objects.exists()


def test_a_stranger_to_the_cluster_is_not_merged(staff_client):
    hub, others = star(3)
    stranger = OrganisationFactory()
    response = decide(
        staff_client, Pair.objects.earliest("pk"), [hub, *others, stranger], hub, [stranger]
    )
    assert messages(response) == [
        "Some of these have been decided since you opened the page. Check the list again."
    ]
    assert not Merge.objects.exists()


def test_a_missing_member_stops_the_whole_decision(staff_client):
    hub, others = star(3)
    shown = [hub, *others]
    data = {"shown": [one.pk for one in shown] + [10**6], "keep": hub.pk, "same": [others[0].pk]}
    staff_client.post(page_of(Pair.objects.earliest("pk")), data)
    assert on_register() == numbers(*shown)
    assert not Pair.objects.filter(decision="different").exists()


def test_a_new_member_is_not_decided_on(staff_client):
    hub, others = star(3)
    late = OrganisationFactory()
    pair = likely_pair(hub, late)
    decide(staff_client, Pair.objects.earliest("pk"), [hub, *others], hub, others)
    assert on_register() == numbers(hub, late)
    assert not Pair.objects.filter(pk=pair.pk, decision="different").exists()


def test_sending_it_twice_is_harmless(staff_client):
    hub, others = star(3)
    pair = Pair.objects.earliest("pk")
    for _ in range(2):
        decide(staff_client, pair, [hub, *others], hub, others[:1])
    assert Merge.objects.count() == 1


def test_a_pair_decided_meanwhile_is_reported(staff_client, staff):
    pair = new_pair()
    keep_apart(one=pair.first, other=pair.second, by=staff, now=NOW)
    response = staff_client.get(page_of(pair))
    assert response.url == reverse("admin:signatories_pair_change", args=[pair.pk])


# Organisations that only another team may see


@pytest.fixture
def hidden() -> tuple[list[Organisation], Organisation]:
    """Three that everyone may see, and a fourth only for another team, all likely to be one."""
    hub, others = star(3)
    secret = SignatureFactory(organisation__name="Zyzzogeton", visibility="withheld").organisation
    likely_pair(hub, secret, 0.99)
    return [hub, *others], secret


def test_a_cluster_shows_only_members_that_the_user_may_see(hidden):
    seen, secret = hidden
    client = reviewer(CampaignFactory())
    (row,) = rows(client)
    assert {one.pk for one in row.members} == numbers(*seen)
    for url in (LIST, page_of(row)):
        assert secret.name not in client.get(url).content.decode()
    assert client.get(page_of(Pair.objects.get(score=0.99))).status_code == 404


def test_a_hidden_member_cannot_be_decided_on(hidden):
    seen, secret = hidden
    pair = Pair.objects.earliest("pk")
    client = reviewer(CampaignFactory())
    response = decide(client, pair, [*seen, secret], seen[0], [secret])
    assert messages(response) == [
        "Some of these have been decided since you opened the page. Check the list again."
    ]
    decide(client, pair, seen, seen[0], seen[1:])
    secret.refresh_from_db()
    assert secret.merged_into is None


def test_its_own_team_sees_it(hidden):
    seen, secret = hidden
    client = reviewer(Signature.objects.get().letter.campaign)
    (row,) = rows(client)
    assert {one.pk for one in row.members} == numbers(*seen, secret)


def test_deciding_needs_the_permission():
    hub, others = star(3)
    client = reviewer()
    User.objects.latest("pk").user_permissions.set(
        User.objects.latest("pk").user_permissions.filter(codename__startswith="view")
    )
    pair = Pair.objects.earliest("pk")
    page = client.get(page_of(pair))
    assert page.status_code == 200
    assert 'name="keep"' not in page.content.decode()
    assert decide(client, pair, [hub, *others], hub, others).status_code == 403
    User.objects.latest("pk").user_permissions.clear()
    assert client.get(page_of(pair)).status_code == 403


def test_an_error_for_one_rolls_all_back(staff):
    """The first is merged, the second was merged by somebody else: the first merge is undone."""
    hub, (one, other) = star(3)
    merge_organisations(kept=OrganisationFactory(), merged=other, by=staff, now=NOW)
    before = on_register()
    with pytest.raises(SignatureError):
        decide_cluster(
            members=[hub, one, other], kept=hub.pk, same=[one.pk, other.pk], by=staff, now=NOW
        )
    assert on_register() == before
