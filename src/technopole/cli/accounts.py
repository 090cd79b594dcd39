"""Making accounts from the command line: the first director has nobody to ask."""

from __future__ import annotations

import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from technopole.parties.models import Organisation, OrganisationKind, Person, Role, RoleName, User
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level


def make_account(username: str, password: str, role: str, name: str, organisation: str) -> int:
    """An account with its person, role and organisation; 2 and one line on bad input."""
    if role not in RoleName.values:
        print(f"--role: {role!r} is none of {', '.join(RoleName.values)}", file=sys.stderr)
        return 2
    if User.objects.filter(username=username).exists():
        print(f"The account {username!r} exists already.", file=sys.stderr)
        return 2
    try:
        validate_password(password)
        with change(by=None, why="account made at the command line"):
            office = Organisation.objects.filter(name_en=organisation).first()
            if office is None:
                office = Organisation(name_en=organisation, kind=OrganisationKind.OFFICE, level=Level.PUBLIC)
                office.save()
            person = Person(name_en=name, organisation=office, level=Level.PUBLIC)
            person.save()
            Role(person=person, role=role, valid_from=clock.today(), level=Level.REGISTERED).save()
            User.objects.create_user(username, password=password, person=person)
    except ValidationError as wrong:
        print("; ".join(wrong.messages), file=sys.stderr)
        return 2
    print(f"{username} may sign in as {role}.")
    return 0
