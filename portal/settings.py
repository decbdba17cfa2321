"""All settings, in one file. What may differ between machines comes from the environment, read strictly."""

import base64
import hashlib
from datetime import date
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import environment as env

env.refuse_unknown()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
VAR.mkdir(exist_ok=True)

# --- who and where ---
DEMO = env.flag("PORTAL_DEMO")
DEBUG = False
PORT = env.number("PORT", 8000)

_DEMO_KEY = "demo-only-key-never-for-real-data-0123456789-abcdefghijklmnopqrstuvwxyz" if DEMO else None
SECRET_KEY = env.secret("PORTAL_SECRET_KEY", _DEMO_KEY)
SECRET_KEY_FALLBACKS = env.former_secrets("PORTAL_SECRET_KEY_FALLBACKS")
# Fernet keys for secrets in columns, newest first; the demo derives one from its key.
_DEMO_FIELD_KEY = base64.urlsafe_b64encode(hashlib.sha256((_DEMO_KEY or "").encode()).digest()).decode()
FIELD_KEYS = env.field_keys("PORTAL_FIELD_KEYS", _DEMO_FIELD_KEY if DEMO else None)

ALLOWED_HOSTS = env.words("PORTAL_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO else None)
BASE_URL = env.web_address("PORTAL_BASE_URL", f"http://localhost:{PORT}" if DEMO else None)
TRUSTED_PROXIES = env.number("PORTAL_TRUSTED_PROXIES", 0)
SECURE = BASE_URL.startswith("https://")
if not SECURE and not DEMO:
    raise ImproperlyConfigured("PORTAL_BASE_URL must begin with https:// unless PORTAL_DEMO=1.")


def _today() -> date | None:
    value = env.text("PORTAL_TODAY", "2024-06-28" if DEMO else "-")
    if value == "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ImproperlyConfigured(f"PORTAL_TODAY must be a date such as 2024-06-28, not {value!r}.") from None


TODAY = _today()

# --- what runs ---
ROOMS = [
    "portal.api",
    "claims",
    "postresults",
    "appeals",
    "malpractice",
    "deadlines",
    "portal.dashboard",
    "portal.demo",
    "portal.consent",
    "portal.fees",
    "portal.casework",
    "portal.learners",
    "portal.intake",
    "portal.people",
    "portal.desk",
    "portal.hooks",
    "portal.notices",
    "portal.files",
    "portal.centres",
    "portal.catalogue",
    "portal.accounts",
    "portal.audit",
    "portal.web",
]
INSTALLED_APPS = [
    *ROOMS,
    "portal.web.staff.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for our renderer
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "portal.web.middleware.RequestLines",
    "django.middleware.security.SecurityMiddleware",
    "portal.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.web.middleware.KnownMethods",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.accounts.middleware.SecondFactor",
    "portal.accounts.middleware.IdleLock",
    "portal.notices.middleware.Unread",
    "portal.web.middleware.NoNulls",
    "portal.web.middleware.Refusals",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "portal.web.context.page",
            ],
            "builtins": ["portal.web.templatetags.house"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "house"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("house",)

# --- rows, cache, queue ---
DATABASES = {
    "default": dj_database_url.parse(
        env.database(f"sqlite:///{VAR / 'portal.sqlite3'}"), conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Stock settings lose writers to "database is locked"; these do not.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
else:
    # Nothing waits for ever: not for an answer, not for another's lock, not on a caller who went away half way.
    STATEMENT_SECONDS = env.number("PORTAL_STATEMENT_SECONDS", 60)
    _limits = {"statement_timeout": STATEMENT_SECONDS, "lock_timeout": 30, "idle_in_transaction_session_timeout": 120}
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "options": " ".join(f"-c {name}={seconds}s" for name, seconds in _limits.items()),
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
EMBEDDED = REDIS_URL == "-"
if EMBEDDED:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_rows",
            # Lockouts and spent codes live here: with Django's 300 rows a guesser could push them out.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# --- people ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.SignIn",
    "portal.centres.backends.CapabilityBackend",
]
PASSWORD_HASHERS = ["portal.accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.validators.ContextWords"},
    {"NAME": "portal.accounts.validators.Strength"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "reset_password": "portal.accounts.forms.ForgottenForm",
    "reset_password_from_key": "portal.accounts.forms.NewPasswordForm",
    "change_password": "portal.accounts.forms.OtherPasswordForm",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # Ten guesses in five minutes, as Cyber Essentials has it: for an account, and for its one-time codes apart.
    "login_failed": "10/5m/key",
    # The same from one network, but not at a device that the person signed in from before.
    "login_failed_elsewhere": "10/5m/ip",
    "reset_password": "10/h/ip,5/h/key",
}
PASSWORD_RESET_TIMEOUT = 30 * 60
MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey is two factors at once, the device and what unlocks it, so every use of one proves both.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers offer passkeys on localhost without TLS, where the demonstration runs; nowhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "Exams Office"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.CodeForm",
    "activate_totp": "portal.accounts.forms.SetUpForm",
    "add_webauthn": "portal.accounts.forms.PasskeyForm",
    "edit_webauthn": "portal.accounts.forms.PasskeyNameForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# Minutes without a request before a session locks, and the hours after which it ends.
IDLE_MINUTES = 30
IDLE_MINUTES_STAFF = 15
SESSION_HOURS = 12
# The row outlives the session by half a day, so that a form left open overnight keeps its typing.
SESSION_COOKIE_AGE = (SESSION_HOURS + 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.web.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- headers ---
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],  # the second-factor QR code is a data: image
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- mail ---
# Every mail of every library becomes a row; only the delivery sweep opens a transport.
EMAIL_BACKEND = "portal.notices.backends.Outbox"
MAIL_TRANSPORT = env.mail_transport(f"file://{VAR / 'mail'}")
DEFAULT_FROM_EMAIL = "Exams Office <no-reply@exams-office.example>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- the API ---
API_CALLS_A_MINUTE = 600  # for each token
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.web.api.OurJSON"],
    # A view that names neither is closed.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.web.api.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Exams Office API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": (
        "For programs that work for a centre, such as a management information system. "
        "Dates are YYYY-MM-DD, instants are UTC and end in Z, bodies are JSON in UTF-8."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "Authorization"}},
    },
    "SECURITY": [{"token": []}],
}

# --- language, time, files ---
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]
(BASE_DIR / "static" / "build").mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# A real portal writes JSON lines that name no one; the demonstration, whose people are invented, writes for the eye.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.web.logs.JsonLines"},
    },
    "filters": {"refusals": {"()": "portal.web.logs.RefusalsAreNoFaults"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line" if DEMO else "json",
            "filters": ["refusals"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Its own handler would print addresses and tracebacks past the formatter.
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # A real portal's warnings here repeat the request's own line, with the address in it. Faults stay.
        "django.request": {"level": "WARNING" if DEMO else "ERROR"},
        "portal.web.requests": {"level": "WARNING" if DEMO else "INFO"},
    },
}
