"""Django's settings. The home is `INTURN_HOME`, else ./var; three variables say the rest (docs/console.md).

`DATABASE_URL`: a PostgreSQL; else a SQLite file in the home. `CONSOLE_ORIGIN`: the address under which browsers reach
the console through a server that does HTTPS; unset, it serves this machine only. `CONSOLE_PROXY`: the address of that
server, whose word on who is asking is believed.
"""

import importlib.util
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from review.handover import DATABASE
from review.secret import secret

HERE = Path(__file__).parent
HOME = Path(os.environ.get("INTURN_HOME") or "var").resolve()
IS_HOME = (HOME / "inturn.toml").is_file()
ORIGIN = os.environ.get("CONSOLE_ORIGIN", "").rstrip("/")

# without a home, as in a check of types, nothing is signed that anybody will see again
SECRET_KEY = secret(HOME / "keys", "console.key") if IS_HOME else secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
if ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(ORIGIN).hostname or "")
    CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "review.apps.ReviewConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "review.middleware.NoNul",
    "review.middleware.PrivatePages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "review.middleware.WrongWays",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "review.urls"
WSGI_APPLICATION = "review.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "review.context.shell",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / DATABASE}", conn_max_age=60)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # whoever will write waits its turn before it reads
        "timeout": 20,  # s
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "review.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "night"
LOGOUT_REDIRECT_URL = "log_in"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # s; a set-up link that nobody used
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # h
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "review/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the audit log has it
AXES_VERBOSE = False
PROXY = os.environ.get("CONSOLE_PROXY", "").strip()

SESSION_COOKIE_AGE = 8 * 3600  # s; a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "review.pages.entry.stale"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = bool(ORIGIN)
SECURE_SSL_REDIRECT = bool(ORIGIN)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ORIGIN else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(ORIGIN)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ORIGIN else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

#: bytes of a form without its files: a reason is a page, not a book
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
#: a case of a thousand bookings can be decided booking by booking
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_PERMISSIONS = 0o600
MEDIA_ROOT = str(HOME / "attachments")

USE_TZ = True
TIME_ZONE = "UTC"  # pages show times in the home's zone, which `review.middleware` puts in force
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = "review.formats"

STATIC_URL = "static/"
_echarts = importlib.util.find_spec("vizly")
#: vizly ships Apache ECharts as a file; its own code is never imported
STATICFILES_DIRS = [("echarts", Path(_echarts.origin).parent / "assets")] if _echarts and _echarts.origin else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600  # s

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}, "nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # a page that is not there, or not theirs, is the audit log's business
        "django.request": {"level": "ERROR"},
        # strangers may send what Host they like, and would fill the log
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
