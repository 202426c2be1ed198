"""The command that measures recognition."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

REGISTRY = """ror_id,display_name,country,domain,type
r1,Council on Refugees and Exiles,BE,council.org,nonprofit
r2,Society of Gardeners,DE,gardeners.org,nonprofit
"""
VARIANTS = """variant_name,name,country,ror_id,kind,lang,difference
COUNCIL ON REFUGEES AND EXILES,,BE,r1,alias,,case
Gärtnergesellschaft,,DE,r2,label,de,translation
"""
DIFFERENT = """name_a,country_a,ror_a,name_b,country_b,ror_b,reason,domain_a,domain_b
Council on Refugees and Exiles,BE,r1,Council on Refugees and Exiles,FR,r9,country,a.org,b.org
"""


@pytest.fixture
def files(tmp_path) -> dict[str, str]:
    written = {"registry": REGISTRY, "variants": VARIANTS, "different": DIFFERENT}
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in written}


def test_it_prints_one_figure_a_line_without_a_database(files):
    printed = StringIO()
    call_command("evaluate_recognition", **files, stdout=printed)
    figures = dict(line.split("\t") for line in printed.getvalue().splitlines())
    assert {name: figures[name] for name in ("recall@1", "auto_precision", "false_links")} == {
        "recall@1": "1.0000",
        "auto_precision": "1.0000",
        "false_links": "0.0000",
    }
    assert figures["auto_recall case"] == "1.0000"
    assert figures["auto_recall_with_domain translation"] == "1.0000"
    assert float(figures["ms_per_query"]) > 0


def test_a_larger_register_is_made_up_of_its_own_words(files):
    printed = StringIO()
    call_command("evaluate_recognition", **files, size=50, stdout=printed)
    assert "recall@5\t1.0000" in printed.getvalue()


def test_a_file_that_is_missing_is_named(files):
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read"):
        call_command("evaluate_recognition", **(files | {"registry": Path("nowhere.csv")}))
