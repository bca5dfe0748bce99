"""All settings, from the environment. Nothing secret is needed to try Hallmark;
production refuses what only a trial may have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from marketplace.config.environment import (
    address_ports,
    database_from_url,
    env,
    env_int,
    env_list,
)

CHECKOUT = Path(__file__).resolve().parents[2]
TRIAL_SECRET = "trial-only-never-in-production"  # noqa: S105 - refused below in production

MODE = env("HALLMARK_MODE", "demo")
if MODE not in ("demo", "production", "test"):
    raise ImproperlyConfigured(f"HALLMARK_MODE is {MODE!r}; use demo, production or test.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = False

SECRET_KEY = env("HALLMARK_SECRET_KEY", None if PRODUCTION else TRIAL_SECRET)
if PRODUCTION and (SECRET_KEY == TRIAL_SECRET or len(SECRET_KEY) < 40):
    raise ImproperlyConfigured(
        "HALLMARK_SECRET_KEY is the trial's or too short. Production needs 40 random characters."
    )

PUBLIC_URL = env("PUBLIC_URL", None if PRODUCTION else "").rstrip("/")
_TRIAL_HOSTS = "localhost,127.0.0.1,[::1],testserver"
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else _TRIAL_HOSTS)
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts to answer for, and not all.")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "marketplace.catalogue",
    "certification",
    "marketplace.notices",
    "marketplace.site",
    "marketplace.workspace",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.config.compression.CompressedForVisitors",
    "marketplace.config.middleware.ContentSecurityPolicy",
    "marketplace.config.middleware.DatabaseAway",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "marketplace.config.signed_in.DevicesNoted",
    "marketplace.config.limits.HourlyLimits",
    "marketplace.config.signed_in.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "marketplace.config.urls"
WSGI_APPLICATION = "marketplace.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CHECKOUT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.site.context.site",
            ],
            "builtins": [
                "marketplace.site.templatetags.components",
                "django.templatetags.i18n",
                "marketplace.site.templatetags.sentences",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

# Without a URL the checks that need no server (types, migrations, OpenAPI) still load.
_database: dict[str, Any] = database_from_url(
    env("DATABASE_URL", None if PRODUCTION else "postgresql:///hallmark?host=/nonexistent")
)
_database["CONN_MAX_AGE"] = env_int("DATABASE_CONN_MAX_AGE", 600)
_database["CONN_HEALTH_CHECKS"] = True
# A server that the network swallowed is given up after ten seconds. Linux by itself takes a quarter
# of an hour, and two hours where only an answer is waited for.
_database["OPTIONS"] = {
    "connect_timeout": 3,
    "keepalives_idle": 30,
    "tcp_user_timeout": 10_000,
} | _database["OPTIONS"]
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "catalogue.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if MODE == "test":
    # A slow hash is the point of the others; tests make hundreds of people.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "workspace"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds
#: Between the two persons who take away a lost second factor; its owner is told before.
RECOVERY_WAIT_HOURS = env_int("RECOVERY_WAIT_HOURS", 48)
# A trial waives it with a banner on every page; its logins are public anyway.
SECOND_FACTOR_REQUIRED = PRODUCTION
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "site/locked_out.html"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "marketplace.config.clients.address_of"

# How often within an hour (S24): the first four by address, the others by person or vendor. In a
# trial the programs that fill and measure it upload from one address.
LIMITS_AN_HOUR = {
    "sign-in": env_int("SIGN_INS_AN_HOUR", 300),
    "sign-up": env_int("SIGN_UPS_AN_HOUR", 60),
    "password-forgotten": env_int("PASSWORD_RESETS_AN_HOUR", 20),
    "upload-anonymous": env_int("ANONYMOUS_UPLOADS_AN_HOUR", 120 if PRODUCTION else 100_000),
    "upload": env_int("UPLOADS_AN_HOUR", 2_000 if PRODUCTION else 100_000),
    "export": env_int("EXPORTS_AN_HOUR", 300 if PRODUCTION else 100_000),
    "search": env_int("SEARCHES_AN_HOUR", 5_000 if PRODUCTION else 100_000),
    "password-mail": env_int("PASSWORD_MAILS_AN_HOUR", 5),
    "password": env_int("PASSWORD_CHECKS_AN_HOUR", 20),
    "invite": env_int("INVITATIONS_AN_HOUR", 50),
    "domain": env_int("DOMAIN_LOOKUPS_AN_HOUR", 30),
    "picture": env_int("PICTURES_AN_HOUR", 60),
}

# Without a mail server a trial writes each mail into a file. Production writes none, since links in
# them open doors, and says on its pages that it sends none.
EMAIL_HOST = env("EMAIL_HOST", "")
EMAIL_PORT = env_int("EMAIL_PORT", 587 if PRODUCTION else 25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env("EMAIL_USE_TLS", "yes" if PRODUCTION else "no") == "yes"
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env("MAIL_FROM", "Hallmark <hallmark@localhost>")
MAIL_IS_SENT = bool(EMAIL_HOST)
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend"
    if EMAIL_HOST
    else "dummy.EmailBackend"
    if PRODUCTION
    else "filebased.EmailBackend"
)
if not PRODUCTION:
    EMAIL_FILE_PATH = env("MAIL_DIR", str(CHECKOUT / ".run" / "mail"))

# Where proofs of domains are looked up, as address or address:port of IPv4; the machine's own
# servers if empty.
DNS_SERVERS = address_ports(env_list("DNS_SERVERS"), default_port=53)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

# RefStack JSON is read whole (S1: 8 MiB at most); native evidence is streamed and never held.
REFSTACK_BODY_BYTES = 8 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = REFSTACK_BODY_BYTES
EVIDENCE_WIRE_BYTES = 128 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

_TRIAL_EVIDENCE = str(CHECKOUT / ".run" / "evidence")
EVIDENCE_DIR = Path(env("EVIDENCE_DIR", None if PRODUCTION else _TRIAL_EVIDENCE))
_evidence: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(EVIDENCE_DIR)},
}
# Pictures lie beside the evidence: one place to keep and to copy.
_pictures: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(EVIDENCE_DIR / "pictures")},
}
if env("EVIDENCE_BUCKET", ""):
    _evidence = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("EVIDENCE_BUCKET"),
            "endpoint_url": env("EVIDENCE_ENDPOINT_URL", "") or None,
            "file_overwrite": True,
            "default_acl": "private",
        },
    }
    _pictures = _evidence | {"OPTIONS": _evidence["OPTIONS"] | {"location": "pictures"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "evidence": _evidence,
    "pictures": _pictures,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
STATIC_URL = "/static/"
# A trial serves the files from where they lie; production collects them once.
STATIC_ROOT = Path(env("STATIC_ROOT", str(CHECKOUT / "staticfiles"))) if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

REDIS_URL = env("REDIS_URL", None if PRODUCTION else "redis://127.0.0.1:6379/0")
ANONYMOUS_RUN_DAYS = 30
#: Working days, from the day after a submission is handed in.
REVIEW_PROMISE_DAYS = env_int("REVIEW_PROMISE_DAYS", 5)
#: Days, from a decision on, within which its vendor may appeal.
APPEAL_DAYS = env_int("APPEAL_DAYS", 30)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.auth.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.auth.ExplicitPermissionRequired"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.answer_for",
    "DEFAULT_PAGINATION_CLASS": "api.pagination.NewestFirst",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hallmark API",
    "DESCRIPTION": "Guidelines, runs and verdicts with their reasons.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["api.openapi.only_version_1"],
    "SECURITY": [{}],  # who sends neither token nor session is an anonymous caller
    "ENUM_NAME_OVERRIDES": {
        "RunState": "certification.models.Run.State",
        "GuidelineState": "certification.models.Guideline.State",
    },
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
# docs/translating.md says how a language is added.
USE_I18N = True
LOCALE_PATHS = [CHECKOUT / "locale"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    # Health checks and the database's absence answer 503 many times a minute; each is logged once
    # where it is noticed.
    "filters": {
        "without_503": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        }
    },
    "handlers": {
        "out": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_503"],
        }
    },
    "root": {"handlers": ["out"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
    },
}
