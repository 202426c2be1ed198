"""Imports of registers, as staff see and undo them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from signatories.housekeeping import tidy
from signatories.known.actions import import_register, importing, link_waiting
from signatories.models import KnownOrganisation, OrganisationName, RegisterImport
from tests.factories import OrganisationFactory, SignatureFactory, StaffFactory
from tests.signatories.admin.test_admin import messages
from tests.signatories.known.conftest import FILES

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ENGLISH = "Institute of Clear Waters"


def address(imported: RegisterImport, name: str = "change") -> str:
    return reverse(f"admin:signatories_registerimport_{name}", args=[imported.pk])


def reader(*permissions: str) -> Client:
    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_the_list_shows_what_was_imported(staff_client, registry):
    page = staff_client.get(reverse("admin:signatories_registerimport_changelist"))
    assert "v2-first.json" in page.content.decode()
    assert "imported" in page.content.decode()


def test_the_page_says_what_undoing_will_do(staff_client, registry):
    OrganisationFactory(name=ENGLISH)
    link_waiting(now=NOW)
    context = staff_client.get(address(registry)).context
    numbers = [context[name] for name in ("forgotten", "restored", "organisations")]
    assert numbers == [3, 0, 1]
    newer = import_register(path=FILES / "v2-second.json", now=NOW)
    context = staff_client.get(address(newer)).context
    numbers = [context[name] for name in ("forgotten", "restored", "organisations")]
    assert numbers == [1, 2, 1]
    assert staff_client.get(address(registry)).context["later"] == newer


def test_an_organisation_that_another_team_hides_is_not_counted(registry):
    SignatureFactory(organisation__name=ENGLISH, visibility="withheld")
    link_waiting(now=NOW)
    client = reader("view_registerimport", "change_registerimport")
    assert client.get(address(registry)).context["organisations"] == 0


@pytest.mark.parametrize("step", [1, 250])
def test_the_worker_undoes_what_staff_begin_to_undo(staff_client, registry, monkeypatch, step):
    monkeypatch.setattr(importing, "STEP", step)
    monkeypatch.setattr(importing, "STEPS_A_MINUTE", 2)
    OrganisationFactory(name=ENGLISH)
    link_waiting(now=NOW)
    response = staff_client.post(address(registry, "undo"), follow=True)
    assert messages(response) == ["The import is being undone. This can take a few minutes."]
    assert KnownOrganisation.objects.count() == 3
    for _minute in range(2):
        tidy(now=NOW)
    registry.refresh_from_db()
    assert (registry.undone_at, registry.undone_by) == (NOW, response.wsgi_request.user)
    assert not KnownOrganisation.objects.exists()
    assert not OrganisationName.objects.exists()


def test_the_page_says_why_an_import_cannot_be_undone(staff_client, registry):
    import_register(path=FILES / "v2-second.json", now=NOW)
    response = staff_client.post(address(registry, "undo"), follow=True)
    assert messages(response) == ["Undo the later import of this register first."]


def test_undoing_needs_a_permission(registry):
    client = reader("view_registerimport")
    page = client.get(address(registry))
    assert page.status_code == 200
    assert "undo/" not in page.content.decode()
    assert client.post(address(registry, "undo")).status_code == 403
    registry.refresh_from_db()
    assert registry.undo_started_at is None


def test_the_page_of_an_organisation_shows_the_source_of_its_data(staff_client, registry):
    organisation = OrganisationFactory(name=ENGLISH)
    link_waiting(now=NOW)
    page = staff_client.get(
        reverse("admin:signatories_organisation_change", args=[organisation.pk])
    ).content.decode()
    assert page.count("from an imported register") == 4 + 1 + 3
