"""Importing a register, again and in a newer version, and undoing an import."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from config.models import AuditEntry
from signatories.known.actions import (
    CannotImport,
    import_register,
    importing,
    link_waiting,
    undo_import,
)
from signatories.known.files import BadFile
from signatories.models import (
    DomainSource,
    KnownChange,
    KnownKey,
    KnownLink,
    KnownOrganisation,
    KnownStart,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    RecognitionKey,
    RefusedKnowledge,
    RegisterImport,
)
from signatories.recognition.normalise import _normal_form
from tests.factories import OrganisationFactory, SignatureFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
FILES = Path(__file__).parent / "files"
FIRST, SECOND, TABLE = FILES / "v2-first.json", FILES / "v2-second.json", FILES / "charities.csv"
WATERS = "Institute of Clear Waters"

KEPT: list[type[models.Model]] = [
    KnownOrganisation,
    KnownKey,
    KnownStart,
    KnownLink,
    KnownChange,
    OrganisationName,
    OrganisationDomain,
    OrganisationIdentifier,
    RecognitionKey,
    RefusedKnowledge,
]


def tables() -> dict[str, list[dict[str, object]]]:
    """Everything that an import may change, without row ids."""
    rows = {
        model.__name__: [
            {name: value for name, value in row.items() if name != "id"}
            for row in model._default_manager.values()
        ]
        for model in KEPT
    }
    columns = ["pk", "name", "forms", "website", "website_source"]
    rows["Organisation"] = [dict(row) for row in Organisation.objects.values(*columns)]
    return {name: sorted(found, key=str) for name, found in rows.items()}


def read(path: Path, register: str = "ROR") -> RegisterImport:
    imported = import_register(path=path, register=register, now=NOW)
    while link_waiting(now=NOW):
        pass
    return imported


def counts(imported: RegisterImport) -> tuple[int, int, int, int, int]:
    return (
        imported.added,
        imported.changed,
        imported.unchanged,
        imported.gone,
        imported.skipped,
    )


def imported_names(organisation: Organisation) -> set[str]:
    names = organisation.names.filter(source=DomainSource.REGISTER)
    return set(names.values_list("name", flat=True))


def test_an_import_adds_nothing_to_our_own_register():
    assert counts(read(FIRST)) == (3, 0, 0, 0, 0)
    assert not Organisation.objects.exists()
    assert set(KnownOrganisation.objects.values_list("name", flat=True)) == {
        WATERS,
        "Silent Forest Trust",
        "Ocean Night Watch",
    }
    entry = AuditEntry.objects.get(verb="register imported")
    assert (entry.subject_type, entry.detail["added"]) == ("signatories.registerimport", 3)


def test_the_same_file_again_changes_nothing():
    first = read(FIRST)
    before = tables()
    assert read(FIRST) == first
    assert tables() == before
    assert AuditEntry.objects.filter(verb="register imported").count() == 1


def test_a_newer_file_adds_changes_and_removes():
    read(FIRST)
    assert counts(read(SECOND)) == (1, 1, 1, 1, 0)
    waters = KnownOrganisation.objects.get(name=WATERS)
    names = [name for name, _kind, _language in waters.said["names"]]
    assert "Clearwaters" not in names
    assert "Blue Rivers Institute" in names
    gone = KnownOrganisation.objects.get(name="Ocean Night Watch")
    assert gone.gone
    assert not KnownKey.objects.filter(known=gone).exists()


@pytest.mark.parametrize("step", [1, 2, 250])
def test_undoing_an_import_restores_everything(monkeypatch, step):
    monkeypatch.setattr(importing, "STEP", step)
    OrganisationFactory(name=WATERS)
    OrganisationFactory(name="Mountain Radio Circle", country="AT")
    nothing = tables()
    first = read(FIRST)
    before = tables()
    second = read(SECOND)
    assert tables() != before
    undo_import(imported=second, now=NOW)
    while link_waiting(now=NOW):
        pass
    assert tables() == before
    undo_import(imported=first, now=NOW)
    assert tables() == nothing
    assert RegisterImport.objects.filter(undone_at=NOW).count() == 2
    assert AuditEntry.objects.filter(verb="register import undone").count() == 2


def test_undoing_twice_is_harmless():
    first = read(FIRST)
    undo_import(imported=first, now=NOW)
    undo_import(imported=first, now=NOW)
    assert AuditEntry.objects.filter(verb="register import undone").count() == 1
    assert counts(read(FIRST)) == (3, 0, 0, 0, 0)


def test_only_the_latest_import_of_a_register_is_undone():
    first, second = read(FIRST), read(SECOND)
    other = read(TABLE, "Charities")
    with pytest.raises(CannotImport):
        undo_import(imported=first, now=NOW)
    undo_import(imported=second, now=NOW)
    undo_import(imported=first, now=NOW)
    assert KnownOrganisation.objects.filter(register="Charities").count() == 2
    assert other.undone_at is None


def test_a_body_in_two_registers_keeps_the_data_of_the_other(tmp_path):
    organisation = OrganisationFactory(name=WATERS)
    table = tmp_path / "ours.csv"
    number = json.loads(FIRST.read_text())[0]["id"]
    table.write_text(
        "scheme,number,name,country,kind\n"
        f"ROR,{number},{WATERS},DE,label\nROR,{number},The Water People,,alias\n"
        f"ROR,{number},Clearwaters,,alias\n"
    )
    first = read(FIRST)
    read(table, "Ours")
    assert organisation.known_links.count() == 2
    undo_import(imported=first, now=NOW)
    assert imported_names(organisation) == {"The Water People", "Clearwaters"}
    assert list(organisation.identifiers.values_list("scheme", flat=True)) == ["XI-ROR"]


def test_an_interrupted_import_continues_with_the_same_file(monkeypatch):
    monkeypatch.setattr(importing, "STEP", 1)

    class Stopped(Exception):
        pass

    def stop(done: int) -> None:
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        import_register(path=FIRST, now=NOW, progress=stop)
    assert KnownOrganisation.objects.count() == 2
    with pytest.raises(CannotImport):
        read(SECOND)
    assert counts(read(FIRST)) == (3, 0, 0, 0, 0)
    assert RegisterImport.objects.count() == 1


def test_a_truncated_import_is_continued_or_undone(tmp_path):
    cut = tmp_path / "ror.json"
    cut.write_text(FIRST.read_text()[:-300])
    nothing = tables()
    with pytest.raises(BadFile):
        read(cut)
    (imported,) = RegisterImport.objects.all()
    assert imported.finished_at is None
    undo_import(imported=imported, now=NOW)
    assert tables() == nothing
    assert counts(read(FIRST)) == (3, 0, 0, 0, 0)


# Data given to organisations


def test_an_organisation_on_the_register_gets_known_data_with_its_source():
    organisation = OrganisationFactory(name="Institut für klare Gewässer")
    signature = SignatureFactory(organisation=organisation)
    version = signature.letter.public_version
    read(FIRST)
    assert imported_names(organisation) == {WATERS, "清水研究所", "Clearwaters", "ICW"}
    assert {name.kind for name in organisation.names.all()} == {"spelling", "acronym"}
    domain = organisation.domains.get()
    assert (domain.domain, domain.source) == ("clearwaters.example.org", DomainSource.REGISTER)
    assert set(organisation.identifiers.values_list("scheme", "value", "source")) == {
        ("XI-ROR", "000ygj308", "register"),
        ("XI-WIKIDATA", "Q9900001", "register"),
        ("XI-GRID", "grid.990001.1", "register"),
    }
    organisation.refresh_from_db()
    assert organisation.name_in("en") == "Institut für klare Gewässer"
    signature.letter.refresh_from_db()
    assert signature.letter.public_version > version
    assert AuditEntry.objects.filter(
        verb="found in a register", subject_id=organisation.pk
    ).exists()


def test_a_number_that_staff_entered_finds_it_under_any_name():
    organisation = OrganisationFactory(name="Something Else Entirely", country="FR")
    OrganisationIdentifier.objects.create(
        organisation=organisation, scheme="XI-ROR", value="000ygj308"
    )
    read(FIRST)
    assert WATERS in imported_names(organisation)
    assert organisation.identifiers.get(scheme="XI-ROR").source == DomainSource.STAFF


def test_a_namesake_in_another_country_is_not_linked():
    organisation = OrganisationFactory(name=WATERS, country="FR")
    read(FIRST)
    assert not organisation.names.exists()


def test_what_staff_entered_stays():
    organisation = OrganisationFactory(name=WATERS)
    for name, kind in (("Clearwaters", "former"), ("Our Waters", "spelling")):
        OrganisationName.objects.create(organisation=organisation, name=name, kind=kind)
    OrganisationDomain.objects.create(
        organisation=organisation, domain="clearwaters.example.org", source=DomainSource.STAFF
    )
    first = read(FIRST)
    clear = organisation.names.get(name="Clearwaters")
    assert (clear.kind, clear.source) == ("former", DomainSource.STAFF)
    read(SECOND)
    assert organisation.names.filter(name="Clearwaters", source=DomainSource.STAFF).exists()
    assert organisation.domains.get(domain="clearwaters.example.org").source == DomainSource.STAFF
    undo_import(imported=RegisterImport.objects.latest("pk"), now=NOW)
    undo_import(imported=first, now=NOW)
    assert set(organisation.names.values_list("name", flat=True)) == {"Clearwaters", "Our Waters"}
    assert organisation.domains.get().domain == "clearwaters.example.org"


# The command


def run(*arguments: object) -> tuple[str, str]:
    out, errors = StringIO(), StringIO()
    call_command("import_register", *map(str, arguments), stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_the_command_imports_lists_and_undoes():
    OrganisationFactory(name=WATERS)
    out, _errors = run(FIRST)
    number = RegisterImport.objects.get().pk
    assert f"Import {number} of ROR: 3 added" in out
    assert "Looked up 1 of the site's organisations" in out
    out, _errors = run("--list")
    assert "v2-first.json  imported: 3 added" in out
    out, _errors = run("--undo", number)
    assert "has been undone" in out
    assert "undone: 3 added" in run("--list")[0]


def test_the_command_lists_skipped_records():
    out, errors = run(FILES / "v2-with-bad-records.json")
    assert "4 left out" in out
    assert "record 4: XI-ROR https://ror.org/000000000" in errors


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([TABLE], "--register"),
        (["nowhere.json"], "No such file"),
        ([__file__], "must end in"),
        (["--undo", "99"], "no import 99"),
    ],
)
def test_the_command_explains_errors(arguments, why):
    with pytest.raises(CommandError, match=why):
        run(*arguments)


def test_word_caches_are_cleared_now_and_then(monkeypatch):
    monkeypatch.setattr(importing, "FORGET_EVERY", 3)  # the bodies of the file
    read(FIRST)
    assert _normal_form.cache_info().currsize == 0
