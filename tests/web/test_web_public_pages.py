import re

import pytest
from django.template.loader import get_template

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<[^>]*\sstyle=|<style|<script>|<[^>]*\son[a-z]+=")
PUBLIC = ["/help/", "/accessibility/", "/privacy/", "/style-guide/"]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_open_without_signing_in(client, path):
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_not_found_is_the_same_whatever_was_asked(client):
    first, second = client.get("/nothing/"), client.get("/c/99999/claims/<b>?q=1")
    assert first.status_code == second.status_code == 404
    assert first.content == second.content


def test_a_stale_form_is_told_so(client):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/help/")
    assert response.status_code == 403
    assert b"too old to send" in response.content


@pytest.mark.django_db(databases=[])
def test_the_page_for_our_own_faults_asks_nobody_for_anything(rf):
    from portal.web.views import server_error

    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"Something went wrong" in response.content


def test_no_template_of_the_house_carries_its_own_style_or_script(client):
    for path in PUBLIC:
        html = client.get(path).content.decode()
        assert INLINE.findall(html) == []


@pytest.mark.parametrize("html", ['<p style="x">', "<style>", "<script>", "<a onclick='x()'>"])
def test_the_search_for_inline_code_finds_it(html):
    assert INLINE.findall(html) != []


def test_the_style_guide_shows_the_markup_it_renders(client):
    source = get_template("web/guide/receipt.html").template.source
    assert "receipt__reference" in source
    assert "receipt__reference&quot;" in client.get("/style-guide/").content.decode()
