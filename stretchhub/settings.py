"""Settings of StretchHub. Everything that differs between places comes from the environment."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from stretchhub import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent

# --- where we are -------------------------------------------------------------------------------

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
DATA_DIR = env.data_dir(Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve())
SITE_URL = env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
LOCAL = env.is_local(SITE_URL)
DEMO = env.flag("DEMO")
# A group of fewer people is never shown in a report on equity; below five nothing would be hidden any more.
EQUITY_LEAST_GROUP = max(5, env.number("EQUITY_LEAST_GROUP", 10))
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.text("SECRET_KEY_FALLBACKS").split()

SITE_HOST = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = list(env.LOCAL_HOSTS) if LOCAL else [SITE_HOST, *env.text("ALLOWED_HOSTS").replace(",", " ").split()]
if SITE_HOST == "::1":
    SITE_HOST = "[::1]"

if not LOCAL:
    for wrong, says in {
        urlsplit(SITE_URL).scheme != "https": "SITE_URL must begin with https:// unless it is this machine itself.",
        not SITE_HOST: "SITE_URL names no host.",
        DEBUG: "DEBUG must be off when SITE_URL is public.",
        DEMO: "DEMO must be off when SITE_URL is public: its passwords are known to everyone.",
        any("*" in host for host in ALLOWED_HOSTS): "ALLOWED_HOSTS must name hosts, not *.",
        len(SECRET_KEY) < 50 or "insecure" in SECRET_KEY: "SECRET_KEY must be at least 50 random characters.",
    }.items():
        if wrong:
            raise ImproperlyConfigured(says)

# --- what is installed --------------------------------------------------------------------------

INSTALLED_APPS = [
    "stretchhub",
    "stretchhub.audit",
    "stretchhub.notices",
    "stretchhub.people",
    "assignments",
    "reviews",
    "sponsors",
    "stretchhub.insights",
    "stretchhub.keeping",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "stretchhub.staticfiles.StaticFiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "heroicons",
    "template_partials.apps.SimpleAppConfig",
]

# Django's admin, off unless asked for: the audit trail, to be read by administrators.
ADMIN = env.flag("ADMIN")
if ADMIN:
    INSTALLED_APPS.append("django.contrib.admin.apps.SimpleAdminConfig")

MIDDLEWARE = [
    "stretchhub.headers.CompressPages",
    "csp.middleware.CSPMiddleware",
    "stretchhub.headers.HeadersMiddleware",
    "stretchhub.audit.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "stretchhub.demo.LoadingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stretchhub.people.middleware.SignInMiddleware",
    "stretchhub.people.middleware.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if not DEMO:
    MIDDLEWARE.remove("stretchhub.demo.LoadingMiddleware")

# What waits for a person, gathered from all apps: the list of Today and of the daily mail.
WAITING_FOR = "stretchhub.today.waiting_for"
# Which reminders are ahead for a person, from each app that plans some; read together in one query.
REMINDER_SOURCES = ("assignments.reminders.sources", "reviews.reminders.sources", "sponsors.reminders.sources")
# What each app holds about people, and what becomes of it when somebody is erased; upper apps first.
PERSONAL_DATA = tuple(
    f"{app}.personal.PERSONAL"
    for app in ("stretchhub.insights", "sponsors", "reviews", "assignments", "stretchhub.people", "stretchhub.keeping")
)
ROOT_URLCONF = "stretchhub.urls"
WSGI_APPLICATION = "stretchhub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
# A fixed hour as a default is meant; Django takes one for a mistake when it is asked at that very hour.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]

# --- pages --------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "stretchhub.templatetags.written",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stretchhub.pages.site",
                "stretchhub.navigation.nav",
                "stretchhub.people.demo.demo_people",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_DIR", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": env.files(env.text("FILES_URL"), DATA_DIR / "media"),
    "imports": env.files(env.text("FILES_URL"), DATA_DIR / "imports", beneath="imports"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
# Beside where they are kept: no second disk has to have room for them, and what a killed process left is swept away.
FILE_UPLOAD_TEMP_DIR = env.data_dir(DATA_DIR / "arriving")
FILE_UPLOAD_HANDLERS = [
    "stretchhub.uploads.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "stretchhub.uploads.DigestHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- what is kept -------------------------------------------------------------------------------

DATABASES = {"default": env.database(env.text("DATABASE_URL"), DATA_DIR)}
# A standby for what takes long to read; without one there is one database and no router.
if env.text("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = env.replica(env.text("DATABASE_REPLICA_URL"), env.text("DATABASE_URL"))
    DATABASE_ROUTERS = ["stretchhub.replica.Router"]

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "stretchhub",
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# --- signing in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "stretchhub.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "stretchhub.people.forms.AskForPasswordForm"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_RATE_LIMITS = {
    "login": env.text("LIMIT_LOGIN", "30/m/ip"),
    "login_failed": env.text("LIMIT_LOGIN_FAILED", "10/m/ip,5/5m/key"),
    "reset_password": env.text("LIMIT_RESET", "20/m/ip,5/h/key"),
    "reset_password_from_key": env.text("LIMIT_RESET", "20/m/ip"),
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "confirm_email": "1/3m/key",
    "change_email": "5/h/user",
    # Whoever has a document checks it by its code, without an account.
    "check_document": env.text("LIMIT_CHECK", "60/m/ip"),
}
# What was typed and never sent is deleted so many days after it was last saved; 0 keeps it for good.
DRAFT_DAYS = env.number("DRAFT_DAYS", 90)
# How long after its end what is kept; 0 keeps it for good.
KEEP_WORK_MONTHS = env.number("KEEP_WORK_MONTHS", 24)
KEEP_REMOVED_DAYS = env.number("KEEP_REMOVED_DAYS", 30)
# That a reminder was sent is known by its row: planners look 45 days back, and would send again what is gone before.
KEEP_MESSAGES_DAYS = env.number("KEEP_MESSAGES_DAYS", 90)
if KEEP_MESSAGES_DAYS > 0:
    KEEP_MESSAGES_DAYS = max(60, KEEP_MESSAGES_DAYS)
KEEP_LINKS_DAYS = env.number("KEEP_LINKS_DAYS", 30)
KEEP_AUDIT_MONTHS = env.number("KEEP_AUDIT_MONTHS", 36)

ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "StretchHub"
# Browsers allow passkeys on http://localhost, which the library must be told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL

# --- mail ---------------------------------------------------------------------------------------

globals().update(env.email(env.text("EMAIL_URL"), DATA_DIR))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"StretchHub <stretchhub@{SITE_HOST if '.' in SITE_HOST else 'localhost'}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- background work ----------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "spool://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {"data_folder": str(DATA_DIR / "spool"), "polling_interval": 0.1}
)
CELERY_VISIBILITY_TIMEOUT = 600
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 210
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = env.number("WORKER_STOP_SECONDS", 30)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The connection is kept between tasks; closing it after each one halves the rate.
CELERY_DB_REUSE_MAX = 500

# How many files each HR person may ask for within 24 hours.
EXPORTS_A_DAY = env.number("EXPORTS_A_DAY", 10)

# --- safety -------------------------------------------------------------------------------------

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
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "stretchhub.pages.csrf_failure"
# Asked for inside the network, where no proxy has put TLS in front.
SECURE_REDIRECT_EXEMPT = [r"^healthz(/live|/ready)?$", r"^metrics$"]
if not LOCAL:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    # The proxy in front ends TLS and must set this header itself.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what is said in the log --------------------------------------------------------------------

# Lines for people unless asked for: JSON, one object a line, for whatever collects logs.
LOG_FORMAT = env.text("LOG_FORMAT", "text")
if LOG_FORMAT not in logs.FORMATS:
    raise ImproperlyConfigured("LOG_FORMAT must be text or json.")
LOGGING = logs.config(env.text("LOG_LEVEL", "INFO").upper(), LOG_FORMAT, sys.stderr)

# --- what is kept beside it ---------------------------------------------------------------------

# The folder of pg_dump and pg_restore, where they are neither on the path nor where Debian puts them.
PG_BIN = env.text("PG_BIN")
# Called once everything is back: each takes the moment of the backup and says, in sentences, what it did and what
# somebody has to look at.
AFTER_RESTORE: tuple[str, ...] = ("stretchhub.keeping.replaying.again",)

# --- what operators see -------------------------------------------------------------------------

# Who asks for /metrics must bring this; without one there is no such address.
METRICS_TOKEN = env.text("METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN must be at least 20 random characters.")
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "stretchhub.request_times.Measure")
# A worker that was handed nothing for so long, though there was work, ends itself and is started again.
WORKER_DEAF_SECONDS = env.number("WORKER_DEAF_SECONDS", 300)
# Touched while a worker hears, for the health check of its container.
WORKER_HEARD = env.text("WORKER_HEARD")
