"""The house: what import-linter holds is shown to break, and what it cannot hold is held here.

config/settings.py and config/urls.py put the house together, so they alone may name all floors.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["signatories", "letters", "campaigns", "config"]  # from the highest down
ROOF = {ROOT / "config/settings.py", ROOT / "config/urls.py"}
LONGEST = 400  # lines of code in one file

# What a lower floor could reach a higher one by without importing it.
MODELS = {
    "signatories": ["organisation", "signature", "ratecount", "listing", "invalidation"],
    "letters": ["letter", "edition", "demand", "addressee", "source", "timelineentry"],
    "campaigns": ["campaign"],
}


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).parent / "lint-imports")
    command = [program, "--no-cache", "--no-logo", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_imports_keep_the_contracts():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The house without its walls: what is imported, and the contracts."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for app in (*FLOORS, "seeds"):
        for path in (ROOT / app).rglob("*.py"):
            there = folder / path.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, there)
    return folder


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        ("apps", "campaigns/queries.py", "from letters.models import Letter"),
        ("apps", "config/audit.py", "def late():\n    import signatories.models"),
        ("circles", "letters/wording.py", "from letters.models.editions import Edition"),
        ("circles", "config/web/middleware.py", "def late():\n    from config.web import bodies"),
        ("signatories", "signatories/public/search.py", "from signatories.signing import links"),
        ("signatories", "signatories/defence/proof.py", "from signatories import transitions"),
        ("signatories", "signatories/a_room_on_no_floor.py", ""),
        ("config", "config/mail/outbox.py", "from config.staff import accounts"),
        ("config", "config/a_room_on_no_floor.py", ""),
        ("actions", "signatories/public/letters.py", "from signatories.review import actions"),
        ("actions", "letters/queries.py", "from letters.actions import save_letter"),
    ],
)
def test_each_contract_breaks_where_it_is_not_kept(copy, contract, module, line):
    path = copy / module
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n")
    try:
        result = lint(copy, "--contract", contract)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
    assert result.returncode == 1
    assert "0 kept, 1 broken" in result.stdout


def higher_floors(floor: str) -> list[str]:
    return FLOORS[: FLOORS.index(floor)]


def python_files(floor: str) -> list[Path]:
    return sorted(path for path in (ROOT / floor).rglob("*.py") if path not in ROOF)


def texts(tree: ast.AST) -> set[str]:
    """All string constants except docstrings, which may mention anything."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
    }


def climbs(source: str, floor: str) -> list[str]:
    """What in this source of a floor names a higher one without importing it."""
    tree = ast.parse(source)
    found = []
    for higher in higher_floors(floor):
        named = re.compile(rf"^{higher}\.\w+|\b{higher}/")
        found += [f"names {text!r}" for text in texts(tree) if named.search(text)]
        attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        for model in MODELS.get(higher, []):
            found += [f"reaches {model}_set"] if f"{model}_set" in attributes else []
    return found


@pytest.mark.parametrize("floor", FLOORS)
def test_no_floor_names_a_higher_one(floor):
    found = {
        str(path.relative_to(ROOT)): climbs(path.read_text(), floor) for path in python_files(floor)
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "floor"),
    [
        ("model = 'letters.Letter'", "campaigns"),
        ("path = 'signatories.signing.emails.published'", "config"),
        ("campaign.letter_set.all()", "campaigns"),
        ("template = 'signatories/letter.html'", "letters"),
    ],
)
def test_climbing_is_noticed(source, floor):
    assert climbs(source, floor) != []


def test_going_down_is_allowed():
    assert climbs("model = 'campaigns.Campaign'", "signatories") == []


def test_templates_of_a_floor_name_no_higher_one():
    for floor in FLOORS[1:-1]:
        for path in (ROOT / "templates" / floor).rglob("*.html"):
            text = path.read_text()
            found = [higher for higher in higher_floors(floor) if f"{higher}/" in text]
            assert found == [], path


WRITES = {"create", "update", "delete", "save", "bulk_create", "bulk_update"}
WRITES |= {"get_or_create", "update_or_create"}

# Who else writes: the one way along TRANSITIONS, and what is counted of strangers' requests.
WRITERS = {
    "signatories/transitions.py",
    "signatories/defence/limits.py",
    "signatories/defence/proof.py",
}


def writes(source: str) -> list[str]:
    """Where a source changes what is stored: by a query, by saving a row, or on the record."""
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [ast.unparse(func) for func in calls if isinstance(func, ast.Attribute)]
    return [
        name
        for name in named
        if name == "audit.record"
        or (".objects." in name and name.rpartition(".")[2] in WRITES)
        or name in {"signature.save", "organisation.save", "letter.save"}
    ]


@pytest.mark.parametrize("floor", FLOORS[:-1])
def test_what_is_stored_is_changed_in_actions_alone(floor):
    found = {
        str(path.relative_to(ROOT)): writes(path.read_text())
        for path in python_files(floor)
        if not {"actions", "migrations"} & set(path.with_suffix("").parts)
    }
    assert {path for path, names in found.items() if names} - WRITERS == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("audit.record(verb=verb)", ["audit.record"]),
        ("Pair.objects.filter(pk=1).delete()", ["Pair.objects.filter(pk=1).delete"]),
        ("signature.save()", ["signature.save"]),
        ("Pair.objects.filter(pk=1).exists()", []),
        ("context.update(title=title)", []),
    ],
)
def test_a_change_is_noticed(source, found):
    assert writes(source) == found


def test_each_room_says_in_its_first_line_what_it_does():
    packages = {path.parent for floor in FLOORS for path in (ROOT / floor).rglob("__init__.py")}
    apps = {ROOT / floor for floor in FLOORS}
    silent = {
        str(package.relative_to(ROOT))
        for package in packages - apps
        # Django's own folders, which it finds by their names.
        if not {"migrations", "management", "templatetags", "formats"} & set(package.parts)
        if not ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    }
    assert silent == set()


def test_there_is_no_dumping_ground():
    forbidden = {"utils.py", "helpers.py", "services.py", "signals.py", "common.py", "misc.py"}
    found = [path for floor in FLOORS for path in python_files(floor) if path.name in forbidden]
    assert found == []


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    suffixes = {".py", ".css", ".js", ".html"}
    roots = [*FLOORS, "templates", "static", "tests", "seeds", "docs", "benchmarks"]
    too_long = {
        str(path.relative_to(ROOT)): lines
        for root in roots
        for path in (ROOT / root).rglob("*")
        if path.suffix in suffixes and "vendor" not in path.parts
        if (lines := sum(1 for line in path.read_text().splitlines() if line.strip())) > LONGEST
    }
    assert too_long == {}
