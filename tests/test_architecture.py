"""The house has floors, and imports go down only: signatories, letters, campaigns, then config.

config/settings.py and config/urls.py put the house together, so they alone may name all floors.
"""

from __future__ import annotations

import ast
import re
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


def higher_floors(floor: str) -> list[str]:
    return FLOORS[: FLOORS.index(floor)]


def python_files(floor: str) -> list[Path]:
    return sorted(path for path in (ROOT / floor).rglob("*.py") if path not in ROOF)


def imported(tree: ast.AST) -> set[str]:
    """The first words of all that is imported, at any depth of the file."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def texts(tree: ast.AST) -> set[str]:
    """All string constants but docstrings, which may speak of anything."""
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
    """What in this source of a floor names a higher one."""
    tree = ast.parse(source)
    found = []
    for higher in higher_floors(floor):
        if higher in imported(tree):
            found.append(f"imports {higher}")
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
        ("import letters", "campaigns"),
        ("from signatories.models import Signature", "letters"),
        ("def late():\n    from letters import models", "campaigns"),
        ("model = 'letters.Letter'", "campaigns"),
        ("path = 'signatories.signing.emails.published'", "config"),
        ("campaign.letter_set.all()", "campaigns"),
        ("template = 'signatories/letter.html'", "letters"),
    ],
)
def test_climbing_is_noticed(source, floor):
    assert climbs(source, floor) != []


def modules_of(floor: str) -> dict[str, Path]:
    """All modules of a floor but its migrations, by their dotted names."""
    paths = (path for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts)
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def room(module: str) -> str:
    """A package of a floor is one room, and so is a file that is in none."""
    return ".".join(module.split(".")[:2])


def needs(sources: dict[str, str]) -> dict[str, set[str]]:
    """Which rooms of its own floor each room imports, at any depth of a file."""
    found: dict[str, set[str]] = {room(module): set() for module in sources}
    for module, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            named: list[str] = []
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                within = [f"{node.module}.{alias.name}" for alias in node.names]
                named = [name if name in sources else node.module for name in within]
            found[room(module)] |= {room(name) for name in named if name in sources}
        found[room(module)].discard(room(module))
    return found


def circles(sources: dict[str, str]) -> set[str]:
    """The rooms that import, by way of others or not, what imports them."""
    reached = needs(sources)
    while True:
        further = {
            name: rooms.union(*(reached[other] for other in rooms)) if rooms else rooms
            for name, rooms in reached.items()
        }
        if further == reached:
            return {name for name, rooms in reached.items() if name in rooms}
        reached = further


@pytest.mark.parametrize("floor", FLOORS)
def test_rooms_of_a_floor_import_in_no_circle(floor):
    sources = {module: path.read_text() for module, path in modules_of(floor).items()}
    # The name of the floor itself is what its apps.py and its package are; nobody lives there.
    assert circles(sources) - {floor} == set()


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"a.one": "import a.two", "a.two": ""}, set()),
        ({"a.one": "import a.two", "a.two": "import a.one"}, {"a.one", "a.two"}),
        (
            {
                "a.room.low": "",
                "a.room.high": "from a import middle",
                "a.middle": "def late():\n    from a.room.low import word",
            },
            {"a.room", "a.middle"},
        ),
    ],
)
def test_a_circle_is_noticed(sources, found):
    assert circles(sources) == found


def test_going_down_is_allowed():
    assert climbs("from campaigns.models import Campaign", "signatories") == []


def test_templates_of_a_floor_name_no_higher_one():
    for floor in FLOORS[1:-1]:
        for path in (ROOT / "templates" / floor).rglob("*.html"):
            text = path.read_text()
            found = [higher for higher in higher_floors(floor) if f"{higher}/" in text]
            assert found == [], path


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
