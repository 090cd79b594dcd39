"""The region page, its files, the rows behind a number, the tour, the API: who reads what, in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from tests.factories import ProjectFactory

Browse = Callable[..., Client]


def body(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


class TestRegion:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_it_opens_in_both_languages(self, browse: Browse, region: SimpleNamespace, language: str) -> None:
        page = body(browse("analyst", language).get("/region/"))

        assert f'<html lang="{language}">' in page
        assert ("Stays of projects" if language == "en" else "按四个步骤统计") in page

    def test_a_guest_reads_the_public_figures(self, browse: Browse, region: SimpleNamespace) -> None:
        page = body(browse().get("/region/"))

        assert 'id="funnel"' in page
        assert 'id="workload"' not in page
        assert 'name="sector"' not in page

    def test_the_chart_holds_the_numbers_of_the_table(self, browse: Browse, region: SimpleNamespace) -> None:
        page = body(browse("analyst").get("/region/"))
        option = re.search(r'<script id="chart-declines" type="application/json">(.+?)</script>', page)

        assert option is not None
        bars = json.loads(option[1])["series"][0]["data"]
        assert bars[0] == {"value": 2, "url": "/region/declines/rows/?line=price&column=all&layer=office"}
        assert bars[0]["url"].replace("&", "&amp;") in page

    def test_every_number_with_records_opens_them(self, browse: Browse, region: SimpleNamespace) -> None:
        client = browse("director")
        addresses = set(re.findall(r'href="(/region/[^"]+/rows/[^"]+)"', body(client.get("/region/"))))

        assert len(addresses) > 60
        for address in sorted(addresses):
            assert client.get(address.replace("&amp;", "&")).status_code == 200, address

    def test_a_slice_narrows_and_an_unknown_one_is_named(
        self, browse: Browse, region: SimpleNamespace
    ) -> None:
        client = browse("analyst")

        assert "Sector: biologics" in body(client.get("/region/funnel/?sector=biologics"))
        page = body(client.get("/region/funnel/?sector=nowhere&year=2026"))
        assert "<q>nowhere</q>" in page
        assert "Year: 2026" in page

    def test_what_a_figure_does_not_follow_is_said(self, browse: Browse, region: SimpleNamespace) -> None:
        assert "Not narrowed by: Year" in body(browse("director").get("/region/workload/?year=2026"))

    def test_an_empty_office_opens(self, browse: Browse, db: None) -> None:
        assert "There is nothing to count here yet." in body(browse("director").get("/region/"))

    def test_sample_and_own_records_are_chosen_not_added(
        self, browse: Browse, region: SimpleNamespace
    ) -> None:
        ProjectFactory(is_sample=True)
        client = browse("analyst")

        assert '<option value="sample">' in body(client.get("/region/"))
        assert "1 project" in body(client.get("/region/funnel/rows/?layer=sample"))


class TestFiles:
    def test_csv_opens_with_definition_source_and_date(self, browse: Browse, region: SimpleNamespace) -> None:
        answer = browse("analyst").get("/region/days/?format=csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

        notes = [row[0] for row in rows if row[0].startswith("#")]
        assert [note.split(":")[0] for note in notes[1:]] == ["# Source", "# Definition", "# Date"]
        assert "Definition of 2026-11-21" in notes[2]
        table = rows[len(notes) :]
        evaluation = dict(zip(table[0], next(row for row in table if row[0] == "Evaluation"), strict=True))
        assert evaluation["Median (days)"] == "70.0"
        assert evaluation["Upper quartile: = / ≥"] == "≥"

    def test_xlsx_opens(self, browse: Browse, region: SimpleNamespace) -> None:
        answer = browse("analyst").get("/region/landings/?format=xlsx")
        assert "xl/workbook.xml" in ZipFile(io.BytesIO(answer.content)).namelist()

    def test_a_sample_file_says_so(self, browse: Browse, db: None) -> None:
        ProjectFactory(is_sample=True)
        answer = browse("analyst").get("/region/funnel/?format=csv")

        assert "sample · 示例" in answer.content.decode("utf-8-sig")
        assert "sample" in answer["Content-Disposition"]

    def test_the_rows_as_a_file_say_how_many_are_missing(
        self, browse: Browse, region: SimpleNamespace
    ) -> None:
        said = browse().get("/region/funnel/rows/?format=csv").content.decode("utf-8-sig")

        assert "3 more records are not shown" in said
        assert region.planning.docket in said
        assert region.secret.docket not in said


class TestRows:
    def test_hidden_rows_are_counted_not_shown(self, browse: Browse, region: SimpleNamespace) -> None:
        page = body(browse("analyst").get("/region/funnel/rows/?line=evaluation&column=entered"))

        assert "Evaluation · Entered: 3" in page
        assert "2 records behind this number" in page
        assert "1 more is confidential and not shown" in page
        assert region.secret.docket not in page

    @pytest.mark.parametrize(
        "address",
        [
            "/region/workload/",
            "/region/workload/rows/",
            "/region/days/rows/?line=evaluation&column=median",
            "/region/no-such/",
            "/region/funnel/rows/?line=evaluation&column=no-such",
            "/region/funnel/rows/?line=no-such&column=entered",
        ],
    )
    def test_what_a_guest_may_not_read_is_not_there(
        self, browse: Browse, region: SimpleNamespace, address: str
    ) -> None:
        assert browse().get(address).status_code == 404


class TestTour:
    def test_a_director_walks_all_five_stops(self, browse: Browse, region: SimpleNamespace) -> None:
        ProjectFactory(next_action_en="Third late thing", next_action_due=region.planning.next_action_due)
        client = browse("director")
        page = body(client.get("/tour/"))

        for said in (
            "Call the park",
            "Ask again",
            "Third late thing",
            "Shared terms",
            "Declined: price",
            "Too dear for us",
            "held by",
            "needs BSL-2, Small park offers BSL-0",
            "Landings by district and mode: 5",
        ):
            assert said in page, said
        assert 'class="empty"' not in page
        for address in re.findall(r'<a class="btn[^"]*" href="(/[^"#]+)', page):
            assert client.get(address.replace("&amp;", "&")).status_code == 200, address

    def test_a_stop_with_nothing_says_so(self, browse: Browse, db: None) -> None:
        page = body(browse("director").get("/tour/"))

        assert page.count('class="empty"') == 5
        assert "No landing is recorded yet." in page

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_a_guest_learns_nothing_confidential(
        self, browse: Browse, region: SimpleNamespace, language: str
    ) -> None:
        page = body(browse("guest", language).get("/tour/"))

        assert "Call the park" not in page
        assert "Too dear for us" not in page
        assert region.secret.docket not in page


class TestApi:
    def test_figures_and_the_rows_behind_them(self, browse: Browse, region: SimpleNamespace) -> None:
        client = browse("analyst")
        told = {each["key"]: each for each in client.get("/api/v1/region/figures").json()}

        assert told["funnel"]["value"] == 4
        assert told["copublications"]["bound"] == "at_least"
        assert told["copublications"]["layer"] is None
        assert set(told["days"]["definition"]) == {"code", "zh", "en"}

        rows = client.get("/api/v1/region/rows?figure=funnel&line=evaluation&column=entered").json()
        assert (rows["value"], rows["total"], rows["hidden"]) == (3, 2, 1)
        assert rows["items"][0]["docket"] == region.planning.docket

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("figure=workload", 404),
            ("figure=funnel&line=x", 404),
            ("figure=no-such", 422),
            ("figure=funnel&year=1", 422),
            ("figure=funnel&district=no-such", 422),
            ("figure=funnel&limit=100000", 422),
        ],
    )
    def test_what_cannot_be_answered(
        self, browse: Browse, region: SimpleNamespace, query: str, status: int
    ) -> None:
        assert browse("analyst").get(f"/api/v1/region/rows?{query}").status_code == status

    def test_a_guest_gets_the_public_figures(self, browse: Browse, region: SimpleNamespace) -> None:
        keys = {each["key"] for each in browse().get("/api/v1/region/figures").json()}
        assert "funnel" in keys
        assert keys.isdisjoint({"workload", "overdue", "days"})
