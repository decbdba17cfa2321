"""Bare Django on the portal's own rows: five middlewares, no sign-in, no tenancy, no templates."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.others.plain_urls"
WSGI_APPLICATION = None
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
