"""Staff read queues and act; nobody adds, changes or deletes a row by hand."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory

from portal.web.admin import ActionAdmin, StaffSite


class Everything:
    """Somebody who may do whatever a page asks for."""

    is_active = is_staff = is_superuser = True

    def has_perm(self, permission, obj=None):
        return True


@pytest.fixture
def request_of_everything():
    request = RequestFactory().get("/")
    request.user = Everything()
    return request


def by_hand(pages, request) -> list[str]:
    return [
        str(page)
        for page in pages
        if not isinstance(page, ActionAdmin)
        or page.has_add_permission(request)
        or page.has_change_permission(request)
        or page.has_delete_permission(request)
        or "delete_selected" in page.get_actions(request)
    ]


def test_no_page_of_the_staff_edits_rows_by_hand(request_of_everything):
    assert by_hand(admin.site._registry.values(), request_of_everything) == []


def test_a_page_that_edits_is_caught(request_of_everything):
    assert by_hand([admin.ModelAdmin(Group, admin.site)], request_of_everything) == ["auth.ModelAdmin"]


def test_a_library_cannot_bring_its_own_pages():
    site = StaffSite()
    site.register(Group, admin.ModelAdmin)
    assert site._registry == {}
