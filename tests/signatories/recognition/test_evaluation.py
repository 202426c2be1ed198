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
SHARED_DOMAIN = """registered,registered_country,asked,asked_country,domain,same,difference
Nagano Prefectural Police,JP,Nagano Prefectural Government,JP,pref.nagano.lg.jp,0,another body
Gifu Prefectural Police,JP,Gifu Prefectural Police,JP,pref.gifu.lg.jp,0,another body
Nagano Prefectural Police,JP,長野県警察,JP,pref.nagano.lg.jp,1,other_script
Meadow Unit,GB,Institute of Hedges,GB,fields.gov.uk,1,alias
"""
KNOWN = """variant_name,name,country,ror_id,kind,lang,difference
Refuge Europe,,BE,r1,alias,,alias
REFUGE EUROPE,,BE,r1,alias,,alias
Gärtnergesellschaft,,DE,r2,label,de,translation
"""


@pytest.fixture
def files(tmp_path) -> dict[str, str]:
    written = {"registry": REGISTRY, "variants": VARIANTS, "different": DIFFERENT}
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in written}


def test_it_prints_one_figure_per_line_without_a_database(files):
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


def test_a_larger_register_is_built_from_its_own_words(files):
    printed = StringIO()
    call_command("evaluate_recognition", **files, size=50, stdout=printed)
    assert "recall@5\t1.0000" in printed.getvalue()


def figures_of(**options) -> dict[str, str]:
    printed = StringIO()
    call_command("evaluate_recognition", **options, stdout=printed)
    return dict(line.split("\t") for line in printed.getvalue().splitlines())


def test_it_measures_right_and_wrong_links_at_shared_domains(files, tmp_path):
    path = tmp_path / "shared.csv"
    path.write_text(SHARED_DOMAIN, encoding="utf-8")
    figures = figures_of(**files, shared_domain=path)
    # Equal names in the same country at the same domain cannot be distinguished.
    assert figures["shared_domain_wrong"] == "0.5000"
    assert figures["shared_domain_right"] == "0.5000"
    assert figures["shared_domain_right other_script"] == "1.0000"


def test_half_of_the_names_can_be_known_in_advance(files, tmp_path):
    path = tmp_path / "known.csv"
    path.write_text(KNOWN, encoding="utf-8")
    assert figures_of(**(files | {"variants": path}))["recall@5"] == "0.3333"
    # The first and third are known, as their organisations' first; the second is the query.
    figures = figures_of(**(files | {"variants": path}), known="half")
    assert figures["recall@5"] == "1.0000"
    assert "recall@5 translation" not in figures


def test_the_share_of_true_pairs_on_letters_is_shown_by_score(tmp_path):
    (tmp_path / "one.csv").write_text(
        "name,country\nCouncil on Refugees,BE\nSociety of Gardeners,DE\nXYZ,DE\n", encoding="utf-8"
    )
    (tmp_path / "two.csv").write_text(
        "name,country\nThe Council on Refugees,BE\nSociety for Gardens,DE\n", encoding="utf-8"
    )
    (tmp_path / "pairs.csv").write_text(
        "name_a,country_a,name_b,country_b,same,reason\n"
        "Council on Refugees,BE,The Council on Refugees,BE,1,equal\n"
        "Society of Gardeners,DE,XYZ,DE,1,renamed\n",
        encoding="utf-8",
    )
    figures = figures_of(letters=tmp_path)
    assert figures["letters_true 1.00"] == "1.0000"
    assert figures["letters_pairs 1.00"] == "1.0000"
    # The gardeners' societies are similar but two; the renamed one is not caught.
    assert figures["letters_true"] == "0.5000"
    assert figures["letters_caught"] == "0.5000"


def test_it_says_which_files_it_needs(files):
    with pytest.raises(CommandError, match="--registry"):
        call_command("evaluate_recognition", registry=files["registry"])


def test_a_missing_file_is_named(files):
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read"):
        call_command("evaluate_recognition", **(files | {"registry": Path("nowhere.csv")}))
