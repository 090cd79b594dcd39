import string
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.landing.engine.fit import (
    CleanClass,
    EiaClass,
    Requirements,
    SiteOffer,
    questions,
    rank_sites,
    weights,
)
from technopole.wording import sentences

TODAY = date(2026, 11, 21)
SITE = SiteOffer(
    key="zhangjiang",
    name={"zh": "张江", "en": "Zhangjiang"},
    district="pudong",
    sectors=("biologics",),
    free_m2=1800,
    min_unit_m2=60,
    floor_load_kn_m2=5.0,
    ceiling_m=4.2,
    clean_class=CleanClass.ISO7,
    gmp=False,
    bsl=2,
    power_kva=1250,
    eia_max=EiaClass.FORM,
    hazardous=False,
    animal=True,
    pilot_line="none",
    rent_yuan_m2_month=Decimal(168),
)


def only(requirements: Requirements, site: SiteOffer = SITE):
    return rank_sites(requirements, [site], TODAY)[0]


@pytest.mark.parametrize(
    ("requirement", "blocker"),
    [
        ({"area_m2": 1800}, None),
        ({"area_m2": 1800.5}, "needs 1,800.5 m² free, Zhangjiang offers 1,800 m²"),
        ({"floor_load_kn_m2": 5}, None),
        ({"floor_load_kn_m2": 7.5}, "needs 7.5 kN/m² floor load, Zhangjiang offers 5 kN/m²"),
        ({"ceiling_m": 4.2}, None),
        ({"ceiling_m": 6}, "needs 6 m clear height, Zhangjiang offers 4.2 m"),
        ({"clean_class": CleanClass.NONE}, None),
        ({"clean_class": CleanClass.ISO8}, None),
        ({"clean_class": CleanClass.ISO7}, None),
        ({"clean_class": CleanClass.ISO6}, "needs ISO 6, Zhangjiang offers ISO 7"),
        ({"clean_class": CleanClass.ISO5}, "needs ISO 5, Zhangjiang offers ISO 7"),
        ({"gmp": False}, None),
        ({"gmp": True}, "needs a GMP workshop, Zhangjiang has none"),
        ({"bsl": 0}, None),
        ({"bsl": 2}, None),
        ({"bsl": 3}, "needs BSL-3, Zhangjiang offers BSL-2"),
        ({"power_kva": 1250}, None),
        ({"power_kva": 2000}, "needs 2,000 kVA, Zhangjiang offers 1,250 kVA"),
        ({"eia": EiaClass.FORM}, None),
        (
            {"eia": EiaClass.REPORT},
            "needs to file a full report, Zhangjiang takes at most: report form",
        ),
        ({"hazardous": True}, "needs a permit to handle hazardous goods, Zhangjiang has none"),
        ({"animal": True}, None),
        ({"pilot_line": "none"}, None),
        ({"pilot_line": "mems-8-inch"}, "needs the 8-inch MEMS pilot line, Zhangjiang has: no pilot line"),
    ],
)
def test_each_hard_requirement_names_what_is_asked_and_offered(requirement, blocker):
    found = only(Requirements(**requirement))
    assert [reason.text("en") for reason in found.blockers] == ([blocker] if blocker else [])
    assert found.eligible is (blocker is None)


def test_a_blocker_reads_in_chinese():
    assert only(Requirements(clean_class=CleanClass.ISO5)).blockers[0].text("zh") == (
        "需要洁净等级 ISO 5 级，张江为 ISO 7 级"
    )


def test_a_requirement_nobody_stated_is_asked_and_blocks_nothing():
    found = only(Requirements())
    assert (found.eligible, found.questions) == (True, ())
    assert len(questions(Requirements())) == len(fields(Requirements))
    asked = questions(Requirements(area_m2=800, preferred_districts=()))
    assert {"landing.ask_area_m2", "landing.ask_preferred_districts"}.isdisjoint(item.code for item in asked)
    assert all(
        item.text("zh").endswith("？") and "?" in item.text("en") for item in questions(Requirements())
    )


def test_what_the_operator_has_not_said_is_asked_and_ranks_after_what_is_known():
    silent = replace(SITE, key="a-silent", clean_class=None)
    ranked = rank_sites(Requirements(clean_class=CleanClass.ISO7), [silent, SITE], TODAY)
    assert [fit.site for fit in ranked] == ["zhangjiang", "a-silent"]
    assert (ranked[1].eligible, ranked[1].blockers) == (True, ())
    assert ranked[1].questions[0].text("en").endswith("does not state its air cleanliness: ask the operator")


def test_the_score_weighs_the_known_terms():
    needs = Requirements(
        sector="biologics", area_m2=30, budget_yuan_m2_month=Decimal(84), preferred_districts=("minhang",)
    )
    # sector 1 × 0.35 + area 30/60 × 0.15 + price 84/168 × 0.25 + district 0 × 0.15 + policies 0 × 0.10
    assert only(needs).score == 0.55
    assert only(replace(needs, preferred_districts=())).score == round(0.55 / 0.85, 4)


def test_policies_count_up_to_enough():
    shares = [only(Requirements(), replace(SITE, policies=("p",) * count)).score for count in (0, 1, 2, 3)]
    assert shares == [0.0, 0.5, 1.0, 1.0]


def test_eligible_sites_come_first_then_score_then_key():
    dear = replace(SITE, key="dear", rent_yuan_m2_month=Decimal(400))
    low = replace(SITE, key="low", ceiling_m=2.0)
    twin = replace(SITE, key="another")
    needs = Requirements(ceiling_m=4, budget_yuan_m2_month=Decimal(168))
    ranked = rank_sites(needs, [low, dear, SITE, twin], TODAY)
    assert [fit.site for fit in ranked] == ["another", "zhangjiang", "dear", "low"]


def test_two_sites_of_one_key_are_refused():
    with pytest.raises(ValueError, match="'zhangjiang' stands twice"):
        rank_sites(Requirements(), [SITE, SITE], TODAY)


@pytest.mark.parametrize("wrong", [-1.0, float("nan")])
def test_a_number_below_zero_or_none_at_all_is_refused(wrong):
    with pytest.raises(ValueError, match="area_m2: expected a number of 0 or more"):
        Requirements(area_m2=wrong)
    with pytest.raises(ValueError, match="free_m2"):
        replace(SITE, free_m2=wrong)


def test_the_weights_sum_to_one():
    assert sum(map(Decimal, weights().row("sites", TODAY)["weights"].values())) == 1


def test_every_sentence_stands_in_both_languages_with_the_same_values():
    for name, texts in sentences("landing").items():
        parsed = [string.Formatter().parse(text) for text in texts.values()]
        names = [{field for _, field, _, _ in parts if field} for parts in parsed]
        assert set(texts) == {"en", "zh"}, name
        assert names[0] == names[1], name


LOOSER: dict[str, list[Any]] = {
    "area_m2": [None, 0.0, 500.0, 5000.0],
    "floor_load_kn_m2": [None, 0.0, 5.0, 10.0],
    "ceiling_m": [None, 0.0, 4.0, 8.0],
    "power_kva": [None, 0.0, 500.0, 5000.0],
    "bsl": [None, 0, 1, 2, 3],
    "clean_class": [None, *CleanClass],
    "eia": [None, *EiaClass],
    "gmp": [None, False, True],
    "hazardous": [None, False, True],
    "animal": [None, False, True],
    "pilot_line": [None, "none", "mems-8-inch"],
}
SITE_FIELD = {"area_m2": "free_m2", "eia": "eia_max"}
needs_drawn = st.fixed_dictionaries({name: st.sampled_from(steps) for name, steps in LOOSER.items()})
offer_drawn = st.fixed_dictionaries(
    {SITE_FIELD.get(name, name): st.sampled_from(steps) for name, steps in LOOSER.items()}
)


def sites_of(offers: list[dict[str, Any]]) -> list[SiteOffer]:
    return [replace(SITE, key=f"site-{number}", **offer) for number, offer in enumerate(offers)]


@given(needs_drawn, st.lists(offer_drawn, min_size=1, max_size=5), st.data())
def test_dropping_a_site_never_changes_the_others(needs, offers, data):
    sites = sites_of(offers)
    dropped = data.draw(st.sampled_from(sites)).key
    before = [fit for fit in rank_sites(Requirements(**needs), sites, TODAY) if fit.site != dropped]
    kept = [site for site in sites if site.key != dropped]
    assert rank_sites(Requirements(**needs), data.draw(st.permutations(kept)), TODAY) == before


@given(needs_drawn, offer_drawn, st.data())
def test_loosening_a_requirement_never_makes_a_site_ineligible(needs, offer, data):
    site = sites_of([offer])[0]
    name = data.draw(st.sampled_from(sorted(LOOSER)))
    looser = data.draw(st.sampled_from(LOOSER[name][: LOOSER[name].index(needs[name]) + 1]))
    before = only(Requirements(**needs), site)
    after = only(Requirements(**{**needs, name: looser}), site)
    assert after.eligible >= before.eligible


@given(needs_drawn, offer_drawn)
def test_the_score_is_a_share_and_every_reason_can_be_read(needs, offer):
    found = only(Requirements(**needs, sector="biologics"), sites_of([offer])[0])
    assert 0 <= found.score <= 1
    for reason in (*found.blockers, *found.reasons, *found.questions):
        assert "{" not in reason.text("zh") + reason.text("en")
        assert "None" not in reason.text("zh") + reason.text("en")
