from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.landing.engine.providers import (
    ProviderKind,
    ProviderOffer,
    ServiceNeed,
    questions,
    rank_providers,
)

TODAY = date(2026, 11, 21)
LAB = ProviderOffer(
    key="east-lab",
    name={"zh": "东测", "en": "East Lab"},
    kind=ProviderKind.TEST_HOUSE,
    sectors=("medical-device",),
    certifications=("cnas",),
    capabilities="生物相容性检测、电气安全。Biocompatibility testing, electrical safety.",
    district="minhang",
    lead_weeks=6,
)
NEED = ServiceNeed(ProviderKind.TEST_HOUSE, sector="medical-device", certifications=("cnas",))


@pytest.mark.parametrize(
    ("changes", "blocker"),
    [
        ({}, None),
        ({"kind": ProviderKind.CRO}, "needs a CRO, East Lab is a test house"),
        ({"certifications": ("cnas", "glp")}, "needs GLP, East Lab holds CNAS"),
        ({"certifications": ()}, None),
        ({"certifications": None, "sector": None}, None),
        ({"sector": "biologics"}, "needs work in biologics, East Lab serves medical devices"),
    ],
)
def test_kind_certificates_and_sector_are_hard(changes, blocker):
    found = rank_providers(replace(NEED, **changes), [LAB], TODAY)[0]
    assert [reason.text("en") for reason in found.blockers] == ([blocker] if blocker else [])
    assert found.eligible is (blocker is None)


def test_words_lead_time_and_district_make_the_score():
    need = replace(NEED, words=("电气安全", "EMC"), max_lead_weeks=3, district="pudong")
    found = rank_providers(need, [LAB], TODAY)[0]
    assert found.score == 0.4  # 1/2 × 0.50 + 3/6 × 0.30 + 0 × 0.20
    assert found.reasons[0].text("zh") == "东测具备所需 2 项能力中的 1 项；未提及：EMC"


def test_a_provider_that_states_no_lead_time_is_asked_and_ranks_after_one_that_does():
    silent = replace(LAB, key="a-silent", lead_weeks=None)
    ranked = rank_providers(replace(NEED, max_lead_weeks=1), [silent, LAB], TODAY)
    assert [fit.provider for fit in ranked] == ["east-lab", "a-silent"]
    assert ranked[1].questions[0].code == "landing.provider_lead_weeks"


def test_what_the_project_has_not_said_is_asked():
    assert [item.code for item in questions(ServiceNeed(ProviderKind.CRO))] == [
        "landing.ask_sector",
        "landing.ask_certifications",
        "landing.ask_words",
        "landing.ask_max_lead_weeks",
    ]
    assert questions(replace(NEED, words=("GMP",), max_lead_weeks=4)) == ()


def test_two_providers_of_one_key_are_refused():
    with pytest.raises(ValueError, match="'east-lab' stands twice"):
        rank_providers(NEED, [LAB, LAB], TODAY)


offers = st.lists(
    st.builds(
        dict,
        kind=st.sampled_from(ProviderKind),
        certifications=st.sampled_from([(), ("cnas",), ("cnas", "glp")]),
        lead_weeks=st.sampled_from([None, 0, 4, 20]),
        district=st.sampled_from(["minhang", "pudong"]),
    ),
    min_size=1,
    max_size=5,
)


@given(offers, st.data())
def test_dropping_a_provider_never_changes_the_others(drawn, data):
    providers = [replace(LAB, key=f"p{number}", **offer) for number, offer in enumerate(drawn)]
    need = replace(NEED, words=("EMC", "electrical safety"), max_lead_weeks=4, district="pudong")
    dropped = data.draw(st.sampled_from(providers)).key
    before = [fit for fit in rank_providers(need, providers, TODAY) if fit.provider != dropped]
    kept = data.draw(st.permutations([item for item in providers if item.key != dropped]))
    assert rank_providers(need, kept, TODAY) == before
    assert all(0 <= fit.score <= 1 for fit in before)
