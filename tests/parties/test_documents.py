"""Files: stored by digest under a clean name, read through permission, never run."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from technopole.parties.documents import attach, open_document
from technopole.parties.models import AuditEntry, Organisation, Person, Role, User
from technopole.pipeline.models import Inventorship, Result
from technopole.records.change import change
from technopole.records.documents import content_type_of, safe_name, store, stored_path
from technopole.records.levels import Level
from technopole.records.models import Document

PDF = b"%PDF-1.7 a report"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.ROOT_URLCONF = "technopole.parties.urls"
    return settings.MEDIA_ROOT


def account(name: str, role: str, house: Organisation) -> User:
    person = Person.objects.create(name_en=name, organisation=house)
    Role.objects.create(person=person, role=role, valid_from=date(2020, 1, 1))
    return User.objects.create_user(name, person=person)


@pytest.fixture
def case(db):
    """A result open to registered users, and one user of each kind."""
    with change(by=None, why="test"):
        house = Organisation.objects.create(name_en="Pujiang University", kind="university")
        users = {role: account(role, role, house) for role in ("officer", "researcher", "scout", "director")}
        result = Result.objects.create(
            title_en="A filter", source_language="en", holder=house, level=Level.PUBLIC
        )
        Inventorship.objects.create(result=result, person=users["researcher"].person, share=100)
    return result, users


def upload(content: bytes = PDF, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x", "x"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        ("a\x00b.pdf", "ab.pdf"),
        ("line\r\nSet-Cookie: x.pdf", "lineSet-Cookie_ x.pdf"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("评审 报告.pdf", "评审 报告.pdf"),
        (" .. ", "file"),
        ("", "file"),
        ("a" * 300 + ".docx", "a" * 195 + ".docx"),
        ("字" * 300, "字" * 200),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
    ],
)
def test_a_name_is_a_name_and_never_a_path(given, kept):
    assert safe_name(given) == kept


def packed(member: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as container:
        container.writestr(member, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PDF", PDF, "application/pdf"),
        ("a.pdf", b"<script>", "application/octet-stream"),
        ("a.html", b"<script>", "application/octet-stream"),
        ("a.svg", b"<svg onload=x>", "application/octet-stream"),
        (
            "a.docx",
            packed("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("a.docx", packed("evil.js"), "application/octet-stream"),
        ("a.docx", b"PK\x03\x04 broken", "application/octet-stream"),
        ("a.csv", "名称,数".encode(), "text/csv"),
        ("a.txt", b"MZ\x00\x01", "application/octet-stream"),
        ("pdf", PDF, "application/octet-stream"),
    ],
)
def test_a_type_is_believed_only_when_ending_and_content_agree(name, content, found):
    assert content_type_of(name, content) == found


def test_the_same_content_is_kept_once_under_its_digest(case, media):
    result, users = case
    first = store(upload(), result, Level.TEAM, users["officer"])
    second = store(upload(name="other.pdf"), result, Level.TEAM, users["officer"])
    assert first.sha256 == second.sha256 == hashlib.sha256(PDF).hexdigest()
    assert [path.read_bytes() for path in media.rglob("*") if path.is_file()] == [PDF]
    assert stored_path(first).is_relative_to(media)
    assert first.history.get().history_user == users["officer"]


@pytest.mark.parametrize("content", [b"", b"x" * 101])
def test_an_empty_or_too_large_file_leaves_nothing(case, media, settings, content):
    settings.MAX_UPLOAD_BYTES = 100
    result, users = case
    with pytest.raises(ValidationError):
        store(upload(content), result, Level.TEAM, users["officer"])
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert not Document.objects.exists()


@pytest.mark.parametrize(("role", "may"), [("officer", True), ("researcher", True), ("scout", False)])
def test_who_may_attach(case, role, may):
    result, users = case
    if may:
        assert attach(result, by=users[role], upload=upload()).subject == result
    else:
        with pytest.raises(PermissionDenied):
            attach(result, by=users[role], upload=upload())
        assert not Document.objects.exists()


def test_a_researcher_attaches_to_own_results_only(case):
    result, users = case
    Inventorship.objects.all().delete()
    with pytest.raises(PermissionDenied):
        attach(result, by=users["researcher"], upload=upload())


def test_levels_that_are_not_the_users_to_give(case):
    result, users = case
    for level in (Level.PUBLIC, Level.REGISTERED, Level.RESTRICTED, 9):
        with pytest.raises(ValidationError):
            attach(result, by=users["researcher"], upload=upload(), level=level)
    assert attach(result, by=users["officer"], upload=upload(), level=Level.PUBLIC).level == Level.PUBLIC


def test_a_guest_downloads_a_public_file_and_knows_of_no_other(case, client):
    result, users = case
    public = attach(result, by=users["officer"], upload=upload(name="摘要.pdf"), level=Level.PUBLIC)
    secret = attach(result, by=users["officer"], upload=upload(), level=Level.NDA)
    response = client.get(f"/documents/{public.pk}/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert client.get(f"/documents/{secret.pk}/").status_code == 404
    assert not AuditEntry.objects.exists()


def test_reading_from_level_two_on_leaves_a_trail(case, client):
    result, users = case
    document = attach(result, by=users["officer"], upload=upload(), level=Level.NDA)
    client.force_login(users["researcher"])
    assert client.get(f"/documents/{document.pk}/").status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("researcher", "documents.read")
    assert str(document.pk) in entry.subject
    assert document.name not in str(entry.detail)


def test_a_forbidden_user_opens_nothing_and_leaves_no_trail(case, client):
    result, users = case
    document = attach(result, by=users["officer"], upload=upload())
    with pytest.raises(PermissionDenied):
        open_document(document, users["scout"])
    client.force_login(users["scout"])
    assert client.get(f"/documents/{document.pk}/").status_code == 404
    assert client.post(f"/documents/{document.pk}/").status_code == 405
    assert not AuditEntry.objects.exists()
