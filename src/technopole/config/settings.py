"""Django settings, read from the ``TECHNOPOLE_*`` environment and nowhere else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent
REPOSITORY = PACKAGE.parent.parent


def _environment(name: str, default: str) -> str:
    return os.environ.get(f"TECHNOPOLE_{name}", default)


def _kept_secret(folder: Path) -> str:
    """The signing key: from the environment, else made once and kept beside the records."""
    given = os.environ.get("TECHNOPOLE_SECRET_KEY")
    if given:
        return given
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "secret_key"
    if not kept.exists():
        beside = folder / f"secret_key.{os.getpid()}"
        beside.touch(mode=0o600)
        beside.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(beside, kept)
        except FileExistsError:
            pass  # another process made it first; its key is the one that counts
        finally:
            beside.unlink()
    return kept.read_text(encoding="ascii")


def _database(url: str) -> dict[str, object]:
    """A Django database entry from ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)[1:]
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path or ":memory:",
            "OPTIONS": {
                # IMMEDIATE: a writer takes the lock when its transaction begins, so two officers
                # who act at once are served one after the other and never half by half.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(parts.port or ""),
        }
    raise ValueError(
        f"TECHNOPOLE_DATABASE_URL begins with {parts.scheme!r}; use sqlite:///path or postgresql://…"
    )


VAR = Path(_environment("VAR", str(REPOSITORY / "var"))).resolve()
DEBUG = _environment("DEBUG", "0") == "1"
SECRET_KEY = _kept_secret(VAR)
PORT = int(_environment("PORT", "8000"))
ALLOWED_HOSTS = [host for host in _environment("HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in _environment("ORIGINS", "").split(",") if origin]
DATABASES = {"default": _database(_environment("DATABASE_URL", f"sqlite:///{VAR / 'records.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The sample region's accounts share a printed password: they sign in only where this is on.
SAMPLE_ACCOUNTS = _environment("SAMPLE_ACCOUNTS", "0") == "1"
SAMPLE = Path(_environment("SAMPLE", str(REPOSITORY / "sample"))).resolve()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "technopole.records",
    "technopole.parties",
    "technopole.pipeline",
    "technopole.resources.sites",
    "technopole.resources.needs",
    "technopole.resources.facilities",
    "technopole.resources.policies",
    "technopole.onboarding",
    "technopole.evaluation",
    "technopole.planning",
    "technopole.landing",
    "technopole.measurement",
    "technopole.portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "technopole.parties.tokens.TokenMiddleware",
    "technopole.parties.middleware.PolicyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "technopole.config.urls"
WSGI_APPLICATION = "technopole.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "technopole.portal.context.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["technopole.parties.signin.LocalAccounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "my-day"
LOGOUT_REDIRECT_URL = "front"
# Which role may do what on which route and with which action; read by technopole.parties.policy.
POLICY_FILE = PACKAGE / "config" / "policy.csv"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "documents"
# A million Chinese characters typed into one field are nine megabytes on the wire: they come back with
# the form and a message, where a smaller limit would lose them on an error page.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
MAX_UPLOAD_BYTES = 30_000_000

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _environment("HTTPS", "0") == "1":
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 3600 * 24 * 30

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # Paths and user ids only: request bodies and record titles never reach a log.
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}
