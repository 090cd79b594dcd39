"""Making accounts from the command line: the first director has nobody to ask."""

from __future__ import annotations

import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import translation

from technopole.onboarding.engine.cells import language_of
from technopole.parties.models import Organisation, OrganisationKind, Person, Role, RoleName, User
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level


def make_account(username: str, password: str, role: str, name: str, organisation: str) -> int:
    """An account with its person, role and organisation; 2 and one line on bad input."""
    name, organisation = name.strip(), organisation.strip()
    problem = _problem(username, role, name, organisation)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    with translation.override("en"):
        try:
            _make(username, password, role, name, organisation)
        except ValidationError as wrong:
            print("; ".join(wrong.messages), file=sys.stderr)
            return 2
    print(f"{username} may sign in as {role}.")
    return 0


def _make(username: str, password: str, role: str, name: str, organisation: str) -> None:
    with change(by=None, why="account made at the command line"):
        user = User(username=username)
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
        person = Person(organisation=_organisation(organisation), level=Level.PUBLIC, **_named(name))
        person.save()
        Role(person=person, role=role, valid_from=clock.today(), level=Level.REGISTERED).save()
        User.objects.create_user(username, password=password, person=person)


def _problem(username: str, role: str, name: str, organisation: str) -> str:
    """What is wrong with the words of the command; "" when nothing is."""
    if role not in RoleName.values:
        return f"--role: {role!r} is none of {', '.join(RoleName.values)}"
    if not name:
        return "--name is empty; give the person's name"
    if not organisation:
        return "--organisation is empty; give the name of the person's organisation"
    if User.objects.filter(username=username).exists():
        return f"The account {username!r} exists already."
    return ""


def _named(name: str) -> dict[str, str]:
    """The name under the field of the language in which it is written."""
    return {f"name_{language_of(name)}": name}


def _organisation(name: str) -> Organisation:
    """The organisation of that name in either language; the office, made when it is new."""
    known = Organisation.objects.filter(Q(name_en=name) | Q(name_zh=name)).first()
    if known is None:
        known = Organisation(kind=OrganisationKind.OFFICE, level=Level.PUBLIC, **_named(name))
        known.save()
    return known
