"""The door: log in, log out, choose a password by a link; and the pages that say what went wrong."""

import sys

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import LoginView
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from review.actions.people import choose_password
from review.audit import record
from review.models import User
from review.models.people import LONGEST_USERNAME
from review.pages.asking import Asked, came_from, changing
from review.pages.unkept import unkept


class Credentials(AuthenticationForm):
    """Name and password; nobody's name is longer than one can be, and such a one is not noted as a wrong try."""

    def clean_username(self) -> str:
        """The name."""
        name = str(self.cleaned_data["username"])
        if len(name) > LONGEST_USERNAME:
            raise forms.ValidationError("", code="invalid_login")
        return name


class LogIn(LoginView):
    """The log-in page; five wrong passwords close it for a quarter of an hour (django-axes)."""

    template_name = "review/log_in.html"
    authentication_form = Credentials
    redirect_authenticated_user = True

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Let them in, and say so in the log."""
        answer = super().form_valid(form)  # type: ignore[arg-type]
        if isinstance(self.request.user, User):
            record(by=self.request.user, action="log_in", kind="person", thing=self.request.user.username)
        return answer


@changing()
def log_out(request: Asked) -> HttpResponseBase:
    """Leave."""
    record(by=request.user, action="log_out", kind="person", thing=request.user.username)
    logout(request)
    return redirect("log_in")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, key: str, token: str) -> HttpResponseBase:
    """Choose a password by the link that an administrator gave; the link then ends."""
    user = _of(key)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "review/set_up.html", {"form": None}, status=404)
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    if form.is_valid():
        choose_password(user, form.cleaned_data["new_password1"])
        messages.success(request, _("Your password is set. Log in with it."))
        return redirect("log_in")
    return render(request, "review/set_up.html", {"form": form, "person": user})


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What somebody's role does not permit."""
    return render(request, "review/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not there, or is not theirs to see."""
    return render(request, "review/404.html", status=404)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this session: a page from before the last log-in, or of another site."""
    told = {"unkept": unkept(request), "came_from": came_from(request)}
    return render(request, "review/stale.html", told, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """What broke in the console itself, or a database that did not answer; without anything that could break again."""
    busy = isinstance(sys.exc_info()[1], OperationalError)
    told = {"busy": busy, "unkept": unkept(request)}
    return render(None, "review/500.html", told, status=503 if busy else 500)


def _of(key: str) -> User | None:
    try:
        number = int(force_str(urlsafe_base64_decode(key)))
    except (ValueError, OverflowError):
        return None
    return User.objects.filter(pk=number, is_active=True).first() if number < 2**63 else None
