"""The steps of the disclosure form: what is asked where, and why, in a few words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

#: (key, heading, why it is asked, fields in their order, rows). A name without its language stands for both.
STEPS: tuple[tuple[str, Words, Words, tuple[str, ...], str], ...] = (
    (
        "what",
        _("What you found"),
        _("Write in one language; the other can follow. Only the title is needed to save a draft."),
        ("title", "kind", "sector", "problem", "advantage"),
        "",
    ),
    (
        "texts",
        _("What may be told, and what not"),
        _("The summary will be read by companies once you and the office agree. The description stays confidential."),
        ("summary", "keywords", "enabling_description"),
        "",
    ),
    (
        "inventors",
        _("Who made it"),
        _("Shares add up to 100. Somebody is missing in the list? The office registers them in a minute."),
        ("holder",),
        "inventors",
    ),
    (
        "publications",
        _("Days and publications"),
        _("Papers, preprints, talks, posters, theses, offers: past and planned. A publication can cost the patent."),
        (
            "no_publication", "conceived_on", "first_written_on", "reduced_to_practice_on", "ip_status", "filed_on",
            "patent_numbers",
        ),
        "publications",
    ),
    (
        "funding",
        _("Money, materials, licences"),
        _("Who paid, and what of others is inside, may decide what can be done with it."),
        ("no_funding", "materials", "software_licences", "no_third_party_materials", "facilities_used"),
        "funding",
    ),
    (
        "compliance",
        _("Questions the law asks"),
        _("“Not known yet” is an answer; the office asks again before anything is signed."),
        (
            "human_samples", "human_genetic", "patient_data", "animal",
            "foreign_party", "us_federal_money", "dual_use", "related_party", "approvals", "interests",
        ),
        "",
    ),
    (
        "market",
        _("What else there is, and who may want it"),
        _("Two lines are enough."),
        ("prior_art", "targets"),
        "",
    ),
    (
        "readiness",
        _("How far it is"),
        _(
            "Say what you claim; the level counts once evidence for it, and for each lower one, "
            "is attached to the project."
        ),
        ("claimed_level",),
        "",
    ),
    (
        "site",
        _("What it will need from a site"),
        _("Leave empty what you do not know: an empty answer never rules a site out, it is asked later."),
        (
            "area_m2", "floor_load_kn_m2", "ceiling_m", "clean_class", "gmp", "bsl", "power_kva", "eia",
            "hazardous", "site_animal", "pilot_line", "budget_yuan_m2_month", "preferred_districts",
        ),
        "",
    ),
)  # fmt: skip

READINESS: dict[int, Words] = {
    1: _("principle observed"),
    2: _("concept formulated"),
    3: _("concept shown in experiment"),
    4: _("validated in the laboratory"),
    5: _("validated in a relevant environment"),
    6: _("shown in a relevant environment"),
    7: _("prototype shown in operation"),
    8: _("complete and qualified"),
    9: _("proven in operation"),
}

PILOT_LINES: tuple[tuple[str, Words], ...] = (
    ("none", _("none")),
    ("mems-8-inch", _("MEMS, 8 inch")),
    ("bio-gmp", _("biologics, GMP")),
    ("device", _("medical devices")),
)
