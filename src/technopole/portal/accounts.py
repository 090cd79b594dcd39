"""Sign-in and sign-out, the reader's language, the tokens with which their programs use the API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.i18n import set_language

from technopole.cli.sample import ACCOUNT_PASSWORD
from technopole.parties.models import ApiToken, Role, User
from technopole.parties.tokens import make_token
from technopole.records import clock

MOST_TOKENS = 20


def sample_accounts() -> list[dict[str, str]]:
    """One line per sample account, for the sign-in page; none where they are switched off."""
    if not settings.SAMPLE_ACCOUNTS:
        return []
    today = clock.today()
    people = User.objects.filter(is_sample=True, is_active=True).select_related("person").order_by("username")
    held = Role.objects.filter(valid_from__lte=today).exclude(valid_to__lt=today)
    roles: dict[Any, list[str]] = {}
    for role in held:
        roles.setdefault(role.person_id, []).append(role.get_role_display())
    return [
        {
            "username": user.username,
            "name": user.display_name,
            "roles": gettext(", ").join(roles.get(user.person_id, [])),
        }
        for user in people
    ]


class SignIn(LoginView):
    """The sign-in page; where sample accounts are on, it lists them."""

    template_name = "portal/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and the sample accounts."""
        return super().get_context_data(
            **kwargs, accounts=sample_accounts(), sample_password=ACCOUNT_PASSWORD
        )

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in; a language chosen in this browser stays, else the account's own is taken."""
        response = super().form_valid(form)
        user: Any = form.get_user()
        if settings.LANGUAGE_COOKIE_NAME in self.request.COOKIES:
            _keep_language(user, get_language() or settings.LANGUAGE_CODE)
        else:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response


class SignOut(LogoutView):
    """Sign-out, by POST."""


def _keep_language(user: User, chosen: str) -> None:
    if chosen != user.language and chosen in dict(settings.LANGUAGES):
        user.language = chosen
        user.save(update_fields=["language"])


def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and of the account when there is one."""
    if request.user.is_authenticated:
        _keep_language(request.user, request.POST.get("language", ""))
    return set_language(request)


def _tokens_of(request: HttpRequest) -> QuerySet[ApiToken]:
    user: Any = request.user
    return ApiToken.objects.filter(user=user).order_by("-created_at")


@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The reader's API tokens; a new one is shown once."""
    made, error = None, ""
    own = _tokens_of(request)
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        if not name:
            error = gettext("Say what it is for, so that you know later which one to delete.")
        elif own.count() >= MOST_TOKENS:
            error = gettext("Delete a token that you no longer use first: twenty are enough.")
        else:
            made = make_token(request.user, name)  # type: ignore[arg-type]
    context = {"tokens": own, "made": made, "error": error}
    return render(request, "portal/tokens.html", context, status=422 if error else 200)


def delete_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of the reader's tokens: a program that uses it is refused from now on."""
    get_object_or_404(_tokens_of(request), pk=pk).delete()
    messages.success(request, gettext("The token is deleted."))
    return redirect("tokens")
