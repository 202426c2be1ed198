import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatories.recognition import (
    Answer,
    Entry,
    EntryName,
    InMemorySource,
    Reason,
    Recognition,
    Scope,
    normal_form,
    recognise,
)
from signatories.recognition.acronyms import acronym_fit
from signatories.recognition.folding import fold
from signatories.recognition.scoring import name_similarity
from signatories.recognition.sisters import sister_names


def known(
    organisation: str,
    *names: str,
    country: str,
    domains: tuple[str, ...] = (),
    scope: Scope = Scope.NATIONAL,
) -> Entry:
    listed = tuple(EntryName(name, normal_form(name)) for name in names)
    return Entry(organisation, listed, country, scope, domains)


REGISTER = InMemorySource(
    [
        known(
            "ecre", "European Council on Refugees and Exiles", country="BE", domains=("ecre.org",)
        ),
        known("ai-de", "Amnesty International Germany", country="DE", domains=("amnesty.de",)),
        known("ai-fr", "Amnesty International France", country="FR", domains=("amnesty.fr",)),
        known("ai", "Amnesty International", country="GB", scope=Scope.INTERNATIONAL),
        known("mih-cz", "Ministry of Culture", country="CZ", domains=("mkcr.cz",)),
        known("civic", "Комитет «Гражданское содействие»", country="RU", domains=("refugee.ru",)),
        known("uba", "Deutsche Umwelthilfe e.V.", country="DE", domains=("duh.de",)),
        known("delta", "Northern Delta 3", country="US", domains=("delta.example.org",)),
        known("ocean", "Division of Ocean Sciences", country="US", domains=("nsf.example",)),
        known("care-a", "Care Alliance", country="KE"),
        known("care-b", "Care Alliance", country="KE"),
        known("paypal", "PayPal", country="US", domains=("paypal.example",)),
        known("jrs", "Jesuit Refugee Service", "JRS", country="IT", domains=("jrs.net",)),
    ]
)


def ask(name: str, country: str, website: str = "", email: str = "") -> Recognition:
    return recognise(name=name, country=country, website=website, email=email, source=REGISTER)


@pytest.mark.parametrize(
    ("name", "country", "address", "organisation"),
    [
        ("european council on refugees & exiles", "BE", "", "ecre"),
        ("The European Council on Refugees and Exiles (ECRE)", "BE", "", "ecre"),
        ("Deutsche Umwelthilfe", "DE", "", "uba"),
        ("ECRE", "BE", "office@ecre.org", "ecre"),
        ("Европейский совет по делам беженцев", "BE", "https://www.ecre.org", "ecre"),
        ("Komitet Grazhdanskoe sodeistvie", "RU", "http://refugee.ru/en", "civic"),
        ("JRS International Office", "IT", "info@jrs.net", "jrs"),
    ],
)
def test_certain_match_links_by_itself(
    name: str, country: str, address: str, organisation: str
) -> None:
    found = ask(name, country, address)
    assert (found.answer, found.organisation) == (Answer.SAME, organisation)


@pytest.mark.parametrize(
    ("name", "country", "address", "first"),
    [
        # An acronym, a translation or another order of words, without the domain.
        ("ECRE", "BE", "", "ecre"),
        ("JRS", "IT", "", "jrs"),
        ("Европейский совет по делам беженцев", "BE", "", "ecre"),
        ("Council of Exiles and Refugees, European", "BE", "", "ecre"),
        # Free mail and shared hosting prove nothing.
        ("ECRE", "BE", "ecre@gmail.com", "ecre"),
        ("ECRE", "BE", "https://ecre.wordpress.com", "ecre"),
        # Another own domain counts against an equal name.
        ("European Council on Refugees and Exiles", "BE", "ecre-refugees.example", "ecre"),
        # Another country: a national section, or a namesake.
        ("Amnesty International", "FR", "", "ai-fr"),
        ("Ministry of Culture", "NO", "", "mih-cz"),
        ("European Council on Refugees and Exiles", "FR", "office@ecre.org", "ecre"),
        ("European Council on Refugees and Exiles", "", "", "ecre"),
        # The bare title of an office; several of the same name.
        ("Ministry of Culture", "CZ", "", "mih-cz"),
        ("Care Alliance", "KE", "", "care-a"),
        # Parts of one body.
        ("Northern Delta 4", "US", "delta.example.org", "delta"),
        ("Division of Earth Sciences", "US", "nsf.example", "ocean"),
    ],
)
def test_doubtful_match_is_left_to_staff(name: str, country: str, address: str, first: str) -> None:
    found = ask(name, country, address)
    assert found.answer is Answer.MAYBE
    assert found.candidates[0].entry.organisation == first


SHORT_NAMES = InMemorySource(
    [
        known("april", "April", country="FR", domains=("april.org",)),
        known("smex", "SMEX", country="LB"),
        known("eff", "EFF", country="US"),
        known("iter", "ITER", country="FR"),
        known("lter-br", "LTER", country="BR"),
        known("lter-fr", "LTER", country="FR"),
        known("acre", "Alliance for Civil Rights and Equality", country="US"),
        known("acre-2", "ACRE", country="US"),
    ]
)


def ask_short(name: str, country: str, website: str = "") -> Recognition:
    return recognise(name=name, country=country, website=website, source=SHORT_NAMES)


@pytest.mark.parametrize(
    ("name", "country", "organisation"),
    [
        ("April", "FR", "april"),
        ("smex", "LB", "smex"),
        ("EFF", "US", "eff"),
        # A capital L in one acronym is not a capital I in another.
        ("LTER", "BR", "lter-br"),
        ("LTER", "FR", "lter-fr"),
    ],
)
def test_a_registered_short_name_links(name: str, country: str, organisation: str) -> None:
    assert ask_short(name, country).organisation == organisation


@pytest.mark.parametrize(
    ("name", "country", "website"),
    [
        ("EFF", "FI", ""),  # another country
        ("April", "FR", "https://april-moto.fr"),  # another own domain
        ("ACRE", "US", ""),  # of two there
        ("lTER", "FR", ""),  # written to look like another
    ],
)
def test_a_short_name_that_may_be_another_bodys_is_left_to_staff(
    name: str, country: str, website: str
) -> None:
    assert ask_short(name, country, website).answer is Answer.MAYBE


def test_a_short_name_does_not_imitate_one_abroad() -> None:
    for name in ("LTER", "lter"):
        found = recognise(
            name=name, country="US", source=InMemorySource([known("iter", "ITER", country="FR")])
        )
        assert found.answer is Answer.NEW


def test_equally_good_matches_are_all_shown() -> None:
    found = ask("Care Alliance", "KE")
    assert (found.answer, set(found.several)) == (Answer.MAYBE, {"care-a", "care-b"})
    # The bare title of an office always means several.
    source = InMemorySource(
        [known(key, "Department of Health", country="US") for key in ("one", "two")]
    )
    found = recognise(name="Department of Health", country="US", source=source)
    assert (found.answer, found.several) == (Answer.MAYBE, ())


def test_stranger_is_new() -> None:
    assert ask("Falconers of the Steppe", "KZ").answer is Answer.NEW
    assert ask("", "KZ") == Recognition(Answer.NEW)
    assert ask("…", "KZ").answer is Answer.NEW


@pytest.mark.parametrize("name", ["paypaI", "paypa1", "PаyPal"])
def test_imitation_of_a_registered_name_goes_to_review(name: str) -> None:
    found = ask(name, "US", "https://paypal.example")
    assert found.answer is Answer.MAYBE
    assert found.candidates[0].entry.organisation == "paypal"
    assert Reason.LOOKALIKE in found.candidates[0].reasons


def test_reasons_are_readable() -> None:
    found = ask("Amnesty International", "FR")
    section = next(c for c in found.candidates if c.entry.organisation == "ai-de")
    assert Reason.OTHER_COUNTRY in section.reasons
    assert Reason.OTHER_COUNTRY.text == "another country: not the same section"
    assert all(reason.text for reason in Reason)


def test_transliterated_name_says_so() -> None:
    found = ask("Komitet Grazhdanskoe sodeystvie", "RU")
    assert found.candidates[0].reasons[0] is Reason.SAME_NAME_TRANSLITERATED


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Komitee für Menschenrechte", "Committee for Human Rights"),
        ("Комитет по правам человека", "Comité des droits de l'homme"),
        ("Forschungsinstitut für Frieden", "Peace Research Institute"),
        ("日本平和財団", "Japan Peace Foundation"),
        ("Fundacja Praw Człowieka", "Fondation des droits humains"),
        ("T.L.L. Foundation", "T L L Foundation"),
        ("Straßenbau Verein e. V.", "Strassenbau Verein"),
    ],
)
def test_names_with_the_same_words_are_nearly_equal(name: str, other: str) -> None:
    assert name_similarity(normal_form(name), normal_form(other), "JP").score >= 0.97


@pytest.mark.parametrize(
    ("name", "other"),
    [
        # The same stem by chance, in proper names.
        ("Maecia", "AlpineLab"),
        ("Movim", "Tiller"),
        ("MediaNama", "MediaVox"),
        # Two words for a thing in one language are two words.
        ("Free Software Foundation", "Internet Freedom Foundation"),
        # A proper name that the other lacks.
        ("Lindqvist Peace Foundation", "Fondation pour la paix"),
    ],
)
def test_unrelated_names_are_not_translations(name: str, other: str) -> None:
    similarity = name_similarity(normal_form(name), normal_form(other))
    assert Reason.SAME_WORDS_TRANSLATED not in similarity.reasons
    assert similarity.score < 0.75


@pytest.mark.parametrize(
    ("acronym", "words", "least"),
    [
        ("ecre", ("european", "council", "on", "refugees", "and", "exiles"), 0.9),
        ("fidh", ("federation", "internationale", "des", "droits", "de", "l", "homme"), 0.5),
        ("minagri", ("ministerio", "de", "agricultura"), 0.6),
        ("xyz", ("european", "council"), 0.0),
    ],
)
def test_acronym_is_read_from_words(acronym: str, words: tuple[str, ...], least: float) -> None:
    fit = acronym_fit(acronym, words)
    assert fit >= least
    assert (fit > 0) == (least > 0)


def test_sisters_are_distinguished_from_spellings() -> None:
    ocean = normal_form("Division of Ocean Sciences")
    assert sister_names(ocean, normal_form("Division of Earth Sciences"))
    assert not sister_names(ocean, normal_form("Div. of Ocean Science"))
    assert not sister_names(ocean, ocean)


NAMES = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "European",
                "Council",
                "Refugees",
                "Exiles",
                "and",
                "of",
                "e.V.",
                "A.",
                "B.",
                "c",
                "d",
                "Комитет",
                "日本",
                "ÄRZTE",
                "l'eau",
                "(ECRE)",
            ]
        ),
        max_size=8,
    ).map(" ".join),
)


@given(NAMES)
def test_folding_is_idempotent(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(NAMES)
def test_normalising_is_idempotent(name: str) -> None:
    form = normal_form(name)
    again = normal_form(form.text)
    assert (again.text, again.key) == (form.text, form.key)


@given(NAMES, NAMES)
def test_similarity_is_symmetric(one: str, other: str) -> None:
    first, second = normal_form(one), normal_form(other)
    assert name_similarity(first, second).score == pytest.approx(
        name_similarity(second, first).score
    )


LATIN = st.sampled_from([name.name for entry in REGISTER.entries for name in entry.names])


@settings(deadline=None)
@given(LATIN, st.sampled_from(["BE", "DE", "US", ""]), st.randoms(use_true_random=False))
def test_case_and_order_of_words_do_not_change_who_is_found(
    name: str, country: str, chance: object
) -> None:
    plain = ask(name, country)
    # "e.V." differs from initials by its dots and letters, not by its case.
    for changed in (name.lower(), name.upper(), name.title()):
        other = ask(changed, country)
        assert other.candidates[0].entry == plain.candidates[0].entry
        assert other.answer == plain.answer
    words = name.split()
    chance.shuffle(words)
    mixed = ask(" ".join(words), country)
    assert mixed.candidates[0].entry == plain.candidates[0].entry
    assert mixed.organisation in {None, plain.organisation}
