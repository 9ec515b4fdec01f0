"""Django's settings. Only what a machine decides; what a company decides is rows with history."""

from __future__ import annotations

import os
from typing import Any

from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site import environment, secret, wiring
from jiannuo.site.database import address

ENV = environment.read(os.environ)
DATA = ENV.data

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key or secret.kept_in(DATA)
ALLOWED_HOSTS = list(ENV.hosts)

#: What the checks of the house may know of this machine.
PLACE = address.own_place(ENV)
MACHINE = Machine(
    data=DATA,
    cluster=PLACE.cluster if PLACE else None,
    key=None if ENV.secret_key else secret.path(DATA),
    url=ENV.url,
    hosts=ENV.hosts,
    invented=wiring.late("demo.customers"),
)
HOTLINE = ENV.hotline
CSRF_TRUSTED_ORIGINS = list(ENV.origins)

# In the order of the floors, lowest first. The last ones have pages, not tables.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "jiannuo.archive",
    "jiannuo.notices",
    "jiannuo.imports",
    "jiannuo.clocks",
    "jiannuo.people",
    "jiannuo.customers",
    "jiannuo.equipment",
    "jiannuo.cases",
    "jiannuo.parts",
    "jiannuo.visits",
    "jiannuo.support",
    "jiannuo.inspections",
    "jiannuo.training",
    "jiannuo.knowledge",
    "jiannuo.charges",
    "jiannuo.papers",
    "jiannuo.oversight",
    "jiannuo.web",
    "jiannuo.faces.desk",
    "jiannuo.faces.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "jiannuo.site.static.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jiannuo.web.reading.ReaderMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every address asks for a sign-in unless its view says otherwise.
    "jiannuo.web.door.SignInRequired",
    "jiannuo.web.actor.ActorMiddleware",
    "jiannuo.web.plain.PlainMiddleware",
    "jiannuo.web.refusing.RefusalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Wrong passwords and wrong codes are counted by login and address, in a browser that knows him by
# that browser (axes calls it user_agent); how many are too many is the house's (sign_in in its
# profile). The pages of the door show it themselves: no middleware of axes.
AUTHENTICATION_BACKENDS = [
    "jiannuo.people.lockout.Backend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "jiannuo.people.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address", "user_agent"]]
AXES_FAILURE_LIMIT = "jiannuo.people.lockout.attempts"
AXES_COOLOFF_TIME = "jiannuo.people.lockout.wait"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

# allauth keeps second factors; its own pages have no address here.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
MFA_ADAPTER = "jiannuo.people.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

LOGIN_URL = "desk:session_open"
LOGIN_REDIRECT_URL = "desk:case_list"
LOGOUT_REDIRECT_URL = "desk:session_open"
CSRF_FAILURE_VIEW = "jiannuo.web.refusing.expired"

ROOT_URLCONF = "jiannuo.site.urls"
ASGI_APPLICATION = "jiannuo.site.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiannuo.web.reading.page",
            ],
        },
    }
]

DATABASES = {"default": address.django_settings(ENV)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
] + [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# All moments are stored and computed in UTC; a face applies the reader's zone.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

STATIC_URL = "/static/"
# Served straight from the packages: no collecting step that a wheel or a checkout could miss.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_ENGINE = "jiannuo.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = ENV.https
CSRF_COOKIE_SECURE = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
X_FRAME_OPTIONS = "DENY"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"jiannuo": {"level": "INFO"}},
}
