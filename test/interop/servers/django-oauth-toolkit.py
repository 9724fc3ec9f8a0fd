"""django-oauth-toolkit as Debian has it: one file that is its own settings, its own addresses and its own server.

Started with the folder for its database, and a port. It calls itself by the host that it is asked for.
"""
import sys
from pathlib import Path

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

folder, port = Path(sys.argv[1]), sys.argv[2]
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
pem = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
).decode()
apps = ["admin", "auth", "contenttypes", "sessions", "messages"]
middleware = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
settings.configure(
    SECRET_KEY="only-for-tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    LOGIN_URL="/admin/login/",
    STATIC_URL="/static/",
    INSTALLED_APPS=[*(f"django.contrib.{name}" for name in apps), "oauth2_provider"],
    MIDDLEWARE=middleware,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.sqlite"), "OPTIONS": {"timeout": 20}}},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": pem,
        "SCOPES": {"openid": "who you are", "read": "what you have", "onboard": "what machines do"},
        "PKCE_REQUIRED": True,
        "ROTATE_REFRESH_TOKEN": True,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 60,
    },
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command, execute_from_command_line  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("admin/", admin.site.urls), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]

if __name__ == "__main__":
    from oauth2_provider.models import get_application_model

    call_command("migrate", verbosity=0)
    anna = get_user_model().objects.create_superuser("anna", "anna@example.org", "anna-password")
    get_application_model().objects.create(
        client_id="flowkiwi-cli",
        user=anna,
        client_type="public",
        authorization_grant_type="authorization-code",
        redirect_uris="http://127.0.0.1/callback",
        algorithm="RS256",
    )
    get_application_model().objects.create(
        client_id="machine",
        client_secret="the-secret-of-the-machine-at-Django",
        user=anna,
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", f"127.0.0.1:{port}"])
