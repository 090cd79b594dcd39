"""Bulk import in the browser: nothing is saved before the last click, and then all or nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from technopole.onboarding.engine.columns import Kind, propose_mapping
from technopole.onboarding.models import ImportBatch
from technopole.pipeline.models import Result
from technopole.resources.needs.models import Need
from tests.factories import ResultFactory

Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def kept_files(tmp_path: Path, settings: Any) -> Path:
    settings.VAR = tmp_path
    return tmp_path / "uploads"


def upload(client: Client, text: str, kind: str = "results", name: str = "list.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("import"), {"kind": kind, "file": file})


def check_page(client: Client, text: str, kind: str = "results") -> tuple[str, str]:
    """The address of the dry run and what it says."""
    address = upload(client, text, kind)["Location"]
    return address, client.get(address).content.decode()


GOOD = "Title,Abstract,Inventor\nA quiet pump,It is quiet.,Wang Wei\nA loud pump,=1+1,Li Na\n"
WRONG = "成果名称,构思日期\n静音泵,2024-02-30\n响泵,2024-03-01\n"


class TestImporting:
    def test_nothing_is_saved_before_the_last_click(self, browse: Browse, kept_files: Path) -> None:
        client = browse("officer")
        address, page = check_page(client, GOOD)
        assert "Save all 2 rows" in page
        assert "it is kept as text and never calculated" in page
        assert not Result.objects.exists()
        assert list(kept_files.iterdir())
        client.post(f"{address}save/")
        assert sorted(Result.objects.values_list("title_en", flat=True)) == ["A loud pump", "A quiet pump"]
        assert ImportBatch.objects.get().saved == 2
        assert not list(kept_files.iterdir())

    def test_a_wrong_row_is_named_and_stops_all(self, browse: Browse) -> None:
        client = browse("officer")
        address, page = check_page(client, WRONG)
        assert "there is no such day in the calendar" in page
        assert f"{address}save/" not in page
        assert client.post(f"{address}save/").status_code == 422
        assert not Result.objects.exists()
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}errors.xlsx").content))
        (row,) = list(book.active.values)[1:]
        assert (row[0], row[3], row[4]) == (2, "静音泵", "2024-02-30")

    def test_a_column_is_given_another_meaning_without_a_new_upload(self, browse: Browse) -> None:
        client = browse("officer")
        address, page = check_page(client, "Was\nA quiet pump\n", "needs")
        assert "No column gives: Title" in page
        client.post(address, {"column-0": "title"})
        client.post(f"{address}save/")
        assert Need.objects.get().title == "A quiet pump"

    def test_one_meaning_for_two_columns_is_refused(self, browse: Browse) -> None:
        client = browse("officer")
        address, _ = check_page(client, GOOD)
        page = client.post(address, {"column-0": "title", "column-1": "title"})
        assert "Two columns were given the same meaning: Title" in page.content.decode()

    def test_rows_that_are_here_already_are_pointed_out(self, browse: Browse) -> None:
        known = ResultFactory(title_en="A quiet pump", title_zh="")
        _, page = check_page(browse("officer"), GOOD)
        assert reverse("result", args=[known.pk]) in page

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("list.pdf", "%PDF", "is none of .xlsx"),
            ("list.csv", " ", "is empty"),
            ("../../x.xls", "\x00", "none of"),
        ],
    )
    def test_a_file_that_is_no_table_is_refused_and_not_kept(
        self, browse: Browse, kept_files: Path, name: str, text: str, said: str
    ) -> None:
        page = upload(browse("officer"), text, name=name)
        assert page.status_code == 422
        assert said in page.content.decode()
        assert not list(kept_files.iterdir())

    def test_anothers_file_is_not_there(self, browse: Browse) -> None:
        address = upload(browse("officer"), GOOD)["Location"]
        assert browse("director").get(address).status_code == 404

    def test_a_discarded_file_is_gone(self, browse: Browse, kept_files: Path) -> None:
        client = browse("officer")
        address = upload(client, GOOD)["Location"]
        client.post(f"{address}discard/")
        assert not list(kept_files.iterdir())
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("kind", list(Kind))
    def test_a_template_is_understood_when_it_comes_back(self, browse: Browse, kind: Kind) -> None:
        client = browse("officer")
        content = client.get(reverse("import-template", args=[kind])).content
        headers = [str(cell) for cell in next(openpyxl.load_workbook(io.BytesIO(content)).active.values)]
        assert propose_mapping(headers, kind).unmatched == ()
        file = SimpleUploadedFile("template.xlsx", content)
        address = client.post(reverse("import"), {"kind": kind, "file": file})["Location"]
        assert "Save 1 row" in client.get(address).content.decode()
