"""One settings file, read from the environment; with none set: SQLite, embedded worker, mail kept in the outbox."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.env import env, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
TESTING = "pytest" in sys.modules

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
BASE_URL = env.str("BASE_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
SECRET_KEY = secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(BASE_URL).hostname, "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SERVED_BY_HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "heroicons",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "anymail",
    "nps_platform.tenancy",
    "nps_platform.customers",
    "nps_platform.messaging",
    "nps_platform.webhooks",
    "surveys",
    "responses",
    "closeloop",
    "dashboards",
    "nps_platform.exports",
    "nps_platform.demo",
    "django_prometheus",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "nps_platform.tenancy.middleware.PublicDoorMiddleware",
    # From here on for people who sign in, and for programs.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nps_platform.tenancy.middleware.PersonLanguageMiddleware",
]

ROOT_URLCONF = "nps_platform.urls"
PUBLIC_URLCONF = "nps_platform.public_urls"
WSGI_APPLICATION = "nps_platform.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "nps_platform.tenancy.context_processors.tenancy",
                "nps_platform.demo.context_processors.demo_logins",
                "dashboards.context_processors.navigation",
            ],
            "builtins": [
                "nps_platform.tenancy.templatetags.circulo",
                "nps_platform.tenancy.templatetags.ui",
                "heroicons.templatetags.heroicons",
            ],
        },
    }
]

# --- engines ---------------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_MIGRATION_URL = env.str("DATABASE_MIGRATION_URL", default="")
_as_owner = bool(DATABASE_MIGRATION_URL) and len(sys.argv) > 1 and sys.argv[1] in {"migrate", "grant_application_role"}
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_MIGRATION_URL if _as_owner else DATABASE_URL)}
    DATABASES["default"] |= {
        "ENGINE": "nps_platform.lib.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A named cursor would outlive the transaction that carries the organisation (STACK: row-level security).
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
else:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "circulo.sqlite3",
            # A file, not shared memory: the worker's threads and the page must see each other's commits.
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED = not REDIS_URL
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "circulo"}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

CELERY_BROKER_URL = REDIS_URL or "memory://"
# Under test a nudge works at once, in the process that gave it.
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the row is the truth: a sweep finds what a dead worker left
CELERY_WORKER_PREFETCH_MULTIPLIER = 16 if EMBEDDED else 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05} if EMBEDDED else {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- mail ------------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
ANYMAIL = env.beginning_with("ANYMAIL_")
if EMAIL_URL.startswith("anymail:"):
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_URL.removeprefix('anymail:')}.EmailBackend"
elif EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "nps_platform.messaging.backends.FolderBackend"
EMAIL_TIMEOUT = 20
# Where answers by mail come in: an address whose plus part reaches it too ("reply+…@in.example"). Empty: none do.
INBOUND_DOMAIN = env.str("INBOUND_DOMAIN", default="")
INBOUND_ADDRESS = env.str("INBOUND_ADDRESS", default=f"reply@{INBOUND_DOMAIN}" if INBOUND_DOMAIN else "").lower()
IMAP_URL = env.str("IMAP_URL", default="")
INBOUND_MAX_BYTES = env.int("INBOUND_MAX_BYTES", default=25 * 1024 * 1024)
# Who is asked about the sender's domain, "10.0.0.2" or "10.0.0.2#5353"; empty: the machine's own name servers.
DNS_SERVERS = env.list("DNS_SERVERS", default=[])
# Where texts are handed over: Twilio, or a service that speaks its API.
TEXT_GATEWAY_URL = env.str("TEXT_GATEWAY_URL", default="https://api.twilio.com").rstrip("/")
# What people type in as an address to call (webhooks) must stand in the open internet, or in one of these networks.
OUTGOING_NETWORKS = env.list(
    "OUTGOING_NETWORKS", default=["127.0.0.0/8", "::1/128"] if DEBUG or DEMO or TESTING else []
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"circulo@{urlsplit(BASE_URL).hostname}")

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
if TESTING:
    # The cast signs in for every test; how slow a hash is, is not what they test.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Only in the browser that signed up; elsewhere a link alone opens nothing.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_ADAPTER = "nps_platform.tenancy.adapter.AccountAdapter"
# Rate limits are allauth's own; behind a proxy they count the address that the proxy saw.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front_door"
LOGOUT_REDIRECT_URL = "account_login"

# --- language and place ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("it", _("Italian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [(name, BASE_DIR / "static" / name) for name in ("build", "img", "js")]  # never the sources
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=200 * 1024 * 1024)

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["nps_platform.tenancy.api_keys.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["nps_platform.tenancy.api_keys.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "nps_platform.lib.problems.as_problem",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Círculo",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "ENUM_NAME_OVERRIDES": {
        "SurveyKind": "surveys.models.SurveyKind",
        "NpsClass": "surveys.survey_serializers.CLASS_CHOICES",
        "SurveyState": "surveys.models.Survey.State",
        "QuestionKind": "surveys.authoring.content.QuestionKind",
        "ProgrammeState": "surveys.models.Programme.State",
        "ProgrammeChannel": "surveys.models.Programme.Channel",
        "InvitationState": "surveys.models.Invitation.State",
        "SkipReason": "surveys.models.SkipReason",
        "CollectorKind": "surveys.models.Collector.Kind",
        "CollectorReceipt": "surveys.models.Collector.Receipt",
        "ResponseChannel": "responses.models.Response.Channel",
        "Breach": "closeloop.breach.Breach",
        "CasePromise": "closeloop.models.Promise",
        "EscalationWhom": "closeloop.models.EscalationStep.Whom",
        "CasePriority": "closeloop.models.Priority",
        "CaseState": "closeloop.models.Case.State",
        "PromiseState": "closeloop.models.Pledge.State",
        "GrantState": "closeloop.models.Grant.State",
        "RemedyKind": "closeloop.models.Remedy.Kind",
        "CaseEventKind": "closeloop.models.CaseEvent.Kind",
        "MoneyReason": "dashboards.serializers.MONEY_REASONS",
        "ExportKind": "nps_platform.exports.models.Export.Kind",
        "ExportFormat": "nps_platform.exports.models.Export.Format",
        "ExportState": "nps_platform.exports.models.Export.State",
        "DeliveryState": "nps_platform.webhooks.models.Delivery.State",
        "PermissionChannel": "nps_platform.customers.models.CustomerPermission.Channel",
    },
}

# --- security --------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_BY_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SERVED_BY_HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
# Asked from beside the process, by plain http: a redirect to https would read as a failure.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if SERVED_BY_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SERVED_BY_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        # Plotly writes style attributes; scripts stay under the nonce.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}

# /metrics answers this machine, and whoever brings this token.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_tokens": {"()": "nps_platform.lib.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django.db.backends": {"level": "INFO"}, "celery": {"level": "WARNING"}, "kombu": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = [
    "models.W040",  # SQLite keeps these indexes without their included columns
    "security.W019",  # asks for DENY, but the survey editor frames the page that customers see
]
if not SERVED_BY_HTTPS:
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
