"""Blocking keys fit their column whatever the name, and long names are found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatories.recognition import (
    MAX_KEY,
    Answer,
    Entry,
    EntryName,
    InMemorySource,
    entry_keys,
    normal_form,
    query_keys,
    recognise,
)
from signatories.recognition.domains import known_host

FISABIO = (
    "Foundation for the Promotion of Health and Biomedical Research in the Valencian Region"
    " (FISABIO)"
)

# Words as long as each script allows, and the letters that grow most when folded.
SCRIPTS = [
    "internationale Donaudampfschifffahrtsgesellschaftskapitänsvereinigung",
    "Международная общественная правозащитная организация",
    "Διεθνής οργάνωση ανθρωπίνων δικαιωμάτων",
    "المنظمة الدولية لحقوق الإنسان",
    "הארגון הבינלאומי לזכויות האדם",
    "अंतर्राष्ट्रीय मानवाधिकार संगठन",
    "อาสาสมัครพัฒนาเอกชนเพื่อสิทธิมนุษยชน",
    "国際人権擁護活動特定非営利法人",
    "国际人权组织联合会",
    "국제인권단체연합회",
    "ადამიანის უფლებათა საერთაშორისო ორგანიზაცია",
    "Մարդու իրավունքների միջազգային կազմակերպություն",
    "የሰብአዊ መብቶች ዓለም አቀፍ ድርጅት",
    "ﷺ﷽㌀㍿ﬀ½Ⅷ",
]
NAMES = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=12).map(" ".join),
    st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=12).map("".join),
    st.tuples(st.sampled_from(SCRIPTS), st.text(min_size=1, max_size=45)).map(
        lambda parts: f"{parts[0]} ({parts[1]})"
    ),
)
LABEL = st.text(alphabet="abcdefghij0123456789-", min_size=1, max_size=63)
HOSTS = st.lists(LABEL, min_size=1, max_size=5).map(lambda labels: ".".join([*labels, "org"]))


def entry_with(name: str, host: str = "") -> Entry:
    hosts = (known_host(host),) if known_host(host) else ()
    return Entry("one", (EntryName(name, normal_form(name)),), "ES", domains=hosts)


@settings(deadline=None)
@given(NAMES, HOSTS)
def test_every_key_fits_its_column(name: str, host: str) -> None:
    entry = entry_with(name, host)
    keys = entry_keys(entry) + query_keys(name, normal_form(name), entry.domains)
    assert max(map(len, keys)) <= MAX_KEY
    assert not any("\0" in key for key in keys)


@settings(deadline=None)
@given(NAMES, HOSTS)
def test_a_name_of_any_length_and_a_host_of_any_length_are_found_again(
    name: str, host: str
) -> None:
    entry = entry_with(name, host)
    if entry.names[0].form.text:
        source = InMemorySource([entry])
        assert entry in source.candidates(query_keys(name, normal_form(name), ()), "ES")
    if entry.domains:
        form = normal_form("Quite Another")
        assert entry in InMemorySource([entry]).candidates(
            query_keys("Quite Another", form, entry.domains), "ES"
        )


@pytest.mark.parametrize("name", [FISABIO, *(f"{words} {words}" for words in SCRIPTS[:-1])])
def test_a_long_name_links_to_itself_at_its_domain(name: str) -> None:
    source = InMemorySource([entry_with(name, "fisabio.example.org")])
    found = recognise(name=name, country="ES", email="a@fisabio.example.org", source=source)
    assert found.answer is Answer.SAME
