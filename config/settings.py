"""Settings, read from environment variables. docs/configuration.md lists them all."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import countries, environment
from config.environment import env
from config.licence import LICENCES

# Lets ModelAdmin[Campaign] and the like, which type checkers need, work at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.directory("DATA_DIR", default=BASE_DIR / "var")

# The site
DEBUG = environment.boolean("DEBUG", default=False)
SECRET_KEY = environment.secret(
    "SECRET_KEY",
    "Set it to 50 or more random characters, for example from"
    ' python3 -c "import secrets; print(secrets.token_urlsafe(50))",'
    " and keep it: links in emails already sent stop working when it changes.",
)
SECRET_KEY_FALLBACKS = environment.secrets(
    "SECRET_KEY_FALLBACKS",
    "Use former values of SECRET_KEY, separated by commas, or leave it out.",
)
_site = environment.site_url(
    "SITE_URL", "Set it to the public address, such as https://letters.example.org, without a path."
)
SITE_URL = f"{_site.scheme}://{_site.netloc}"
_host = _site.netloc.removesuffix(f":{_site.port}")
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS", default=_host)
OPERATOR_NAME = env.str("OPERATOR_NAME", default="") or _host
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="")
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="") or OPERATOR_EMAIL
OPEN_DATA_LICENCE = LICENCES[environment.one_of("OPEN_DATA_LICENCE", choices=list(LICENCES))]
TRUSTED_PROXIES = environment.whole_number("TRUSTED_PROXIES", default=0)

WEB_THREADS = environment.whole_number("WEB_THREADS", default=4, least=1)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "signatories",
    "letters",
    "campaigns",
    "config",
    "django_countries",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django_otp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.web.middleware.limit_database_time",
    "django.middleware.security.SecurityMiddleware",
    "config.web.middleware.security_headers",  # before WhiteNoise, so that static files have them
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.web.middleware.cookies_only_in_admin",
    "config.web.cleaning.clean_input",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "campaigns.queries.redirect_former_slugs",
    "letters.queries.redirect_former_slugs",
    "config.web.middleware.language_by_url",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.web.bodies.limit_bodies",
    "config.web.origin.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.staff.middleware.end_old_sessions",
    "django_otp.middleware.OTPMiddleware",
    "config.staff.middleware.save_typing",
    "config.staff.middleware.require_second_factor",
    "django.contrib.messages.middleware.MessageMiddleware",
]

# Django looks for its own CSRF middleware by name; ours is a subclass: config/web/origin.py.
SILENCED_SYSTEM_CHECKS = ["security.W003"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.web.context.site",
                "config.web.context.languages",
            ],
        },
    },
]

# Data
DATABASES = {
    "default": environment.database(
        "DATABASE_URL",
        default=f"sqlite:///{DATA_DIR}/undersigned.sqlite3",
        advice="Use postgres://user:password@host:5432/name or sqlite:////path/to/file.",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "config.databases.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at the start of a transaction instead of failing midway.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds, for commands; requests have shorter limits
        # Readers never wait for a writer; a committed signature is on disk.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["ENGINE"] = "config.databases.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A lost server or network is noticed within 30 seconds, also by commands, which otherwise have
    # no time limit.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,  # seconds
        "keepalives_idle": 10,  # seconds
        "keepalives_interval": 5,  # seconds
        "keepalives_count": 4,
        "tcp_user_timeout": 30_000,  # milliseconds
        **DATABASES["default"].get("OPTIONS", {}),
    }
# How long the site waits for its database: in one request, and for one statement of the worker.
REQUEST_DATABASE_SECONDS = 4
WORKER_DATABASE_SECONDS = environment.whole_number("WORKER_DATABASE_SECONDS", default=30, least=3)
# Staff requests may take longer (an action on hundreds of rows, an export), single statements not.
STAFF_DATABASE_SECONDS = 25

PERSONAL_DATA_KEYS = environment.encryption_keys(
    "PERSONAL_DATA_KEYS",
    "Set it to a key from python3 -c "
    '"import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
    " and keep a copy apart from the database: without it representatives' data is unreadable.",
)
# Equal addresses are found by a keyed digest. Its key must stay the same when other keys change, so
# it has to be set once SECRET_KEY has been replaced.
if SECRET_KEY_FALLBACKS:
    environment.required(
        "BLIND_INDEX_KEY",
        "Set it to the first SECRET_KEY of the site:"
        " with another one, addresses that have signed are not recognised.",
    )
BLIND_INDEX_KEY = environment.long_enough(
    "BLIND_INDEX_KEY", default=SECRET_KEY, advice="Set it to 50 or more random characters."
)

# Rendered link previews, shared by all processes.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pictures": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": (DATA_DIR / "pictures").absolute(),
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# Mail
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MAIL_DIR = DATA_DIR / "mail"
vars().update(
    environment.mail_server(
        "EMAIL_URL",
        default="consolemail://",
        advice="Use smtp+tls://user:password@host:587, consolemail:// to print emails,"
        " or filemail:// to write them to files in the data directory.",
    )
)
EMAIL_TIMEOUT = 30  # seconds without a byte from the mail server
EMAIL_CONVERSATION_SECONDS = 90  # for one mail as a whole
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"Undersigned <letters@{_host}>"

# Languages. The URL names the language; we set no language cookie.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("de", _("German")),
    ("es", _("Spanish")),
    ("pl", _("Polish")),
    ("ru", _("Russian")),
    ("kk", _("Kazakh")),
    ("ar", _("Arabic")),
]
# The second has translations that the libraries lack.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "config" / "translations"]
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]
USE_THOUSAND_SEPARATOR = True
COUNTRIES_OVERRIDE = countries.NAMES

# Static files and uploads
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # `collectstatic` gives files names with a digest, so that browsers may cache them for ever, and
    # joins the stylesheets.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.web.stylesheets.OneSheetStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# config/web/bodies.py limits bodies before they are read. The largest one allowed stays in memory,
# so that no upload is ever in the temporary directory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Security
_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
# With `no-referrer`, browsers send `Origin: null` with our own forms, so that the origin could not
# be checked; with this policy, too, links to other hosts carry no referrer.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
if _https:  # browsers accept cookies with such names over TLS only
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Secure-sessionid", "__Secure-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
CSRF_FAILURE_VIEW = "config.staff.views.token_refused"
# In the session, as messages in a cookie would have the whole site as its path.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STAFF_SECOND_FACTOR = environment.boolean("STAFF_SECOND_FACTOR", default=True)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "config.staff.passwords.NotEasyToGuess"},
]

# Signing
SIGNING_MINIMUM_SECONDS = environment.whole_number("SIGNING_MINIMUM_SECONDS", default=3)
CONFIRMATION_HOURS = environment.whole_number("CONFIRMATION_HOURS", default=72, least=1)

# Figures. How the map draws disputed areas; docs/configuration.md says why.
MAP_DISPUTED_AREAS = environment.one_of("MAP_DISPUTED_AREAS", choices=["hatched", "un", "de-facto"])

# Logs say what happened, but never contain a person, an address, a token or an error's text.
LOG_FORMAT = environment.one_of("LOG_FORMAT", choices=["line", "json"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.web.logs.WithoutErrorTexts",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "config.web.logs.JsonLines"},
        "access": {"format": "{message}", "style": "{"},
    },
    "filters": {"without_tokens": {"()": "config.web.logs.WithoutTokens"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["without_tokens"],
        },
        "access": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json" if LOG_FORMAT == "json" else "access",
            "filters": ["without_tokens"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # runserver's own handler would write links with their tokens.
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # So would granian's own handlers, which it sets before it loads this.
        "granian.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
        "_granian": {"handlers": ["console"], "propagate": False},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "ERROR"},
        "undersigned": {"level": "INFO"},
    },
}
