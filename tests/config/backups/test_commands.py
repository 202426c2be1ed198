"""`backup` and `restore` as the operator types them."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.config.backups.conftest import everything
from tests.databases import inside, rows

COUNT = "SELECT count(*) FROM letters_letter"


def run(*arguments: object) -> tuple[str, str]:
    """The output and the error output of a command."""
    said, warned = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=said, stderr=warned)
    return said.getvalue(), warned.getvalue()


def test_backup_says_what_it_wrote_and_that_the_keys_are_not_in_it(source, media, tmp_path):
    with inside(source):
        said, _ = run("backup", tmp_path / "one.tar")
    first, second = said.splitlines()
    assert first.startswith(f"Wrote {tmp_path / 'one.tar'}: ")
    assert re.search(r"\d+ tables and 1 uploaded files", first)
    assert "keys are NOT in it: keep PERSONAL_DATA_KEYS" in second


def test_backup_into_a_directory_is_named_by_the_time(source, media, tmp_path):
    with inside(source):
        run("backup", tmp_path)
    assert len(list(tmp_path.glob("undersigned-2*.tar"))) == 1


def test_a_backup_that_cannot_be_written_ends_with_a_message(source, media, tmp_path):
    with inside(source), pytest.raises(CommandError, match="cannot be written: No such file"):
        run("backup", tmp_path / "nowhere" / "one.tar")


def test_restore_says_what_came_back(backup, empty):
    with inside(empty):
        said, warned = run("restore", backup)
    assert said.startswith("Restored: ")
    assert "as of 2026-05-04T12:00:00.123456+00:00" in said
    assert warned == ""
    assert rows(empty, COUNT) == [(2,)]


def test_a_refused_restore_ends_with_a_message_and_an_error(backup, other_site):
    with (
        inside(other_site),
        pytest.raises(CommandError, match=r"already contains rows .* Nothing was"),
    ):
        run("restore", backup)


@pytest.mark.parametrize("typed", ["yes\n", "\n", ""])
def test_nothing_is_replaced_unless_the_host_is_typed(typed, backup, other_site, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(typed))
    with inside(other_site), pytest.raises(CommandError, match="Nothing was changed"):
        run("restore", backup, "--replace")
    assert rows(other_site, COUNT) == [(3,)]


def test_existing_data_is_replaced_once_the_host_is_typed(backup, to_replace, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("testserver\n"))
    with inside(to_replace):
        said, _ = run("restore", backup, "--replace")
    assert "Type testserver to replace them" in said
    assert rows(to_replace, COUNT) == [(2,)]


def test_scripts_replace_without_being_asked(backup, to_replace):
    with inside(to_replace):
        run("restore", backup, "--replace", "--yes")
    assert rows(to_replace, COUNT) == [(2,)]


def test_yes_alone_replaces_nothing(backup, other_site):
    with inside(other_site), pytest.raises(CommandError, match="use --replace"):
        run("restore", backup, "--yes")


def test_check_reads_all_and_changes_nothing(backup, other_site):
    before = everything(other_site)
    with inside(other_site):
        said, _ = run("restore", backup, "--check")
    assert said.startswith("The backup is whole: ")
    assert everything(other_site) == before


@pytest.mark.parametrize(
    ("name", "value", "consequence"),
    [
        (
            "PERSONAL_DATA_KEYS",
            ["A" * 43 + "="],
            "representatives' data encrypted with another key cannot be read",
        ),
        ("SECRET_KEY", "another" * 10, "links in emails already sent do not work"),
        ("BLIND_INDEX_KEY", "another" * 10, "addresses that have signed are not recognised"),
    ],
)
def test_differing_keys_are_reported(name, value, consequence, backup, settings):
    setattr(settings, name, value)
    _, warned = run("restore", backup, "--check")
    assert warned == (f"{name} is not what it was when the backup was made: {consequence}.\n")


def test_a_new_first_key_beside_the_old_one_is_not_reported(backup, settings):
    settings.PERSONAL_DATA_KEYS = ["A" * 43 + "=", *settings.PERSONAL_DATA_KEYS]
    assert run("restore", backup, "--check")[1] == ""
