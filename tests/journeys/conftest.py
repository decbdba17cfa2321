"""Stories told in a real browser: who signs in, what they press, how many clicks and screens it takes.

    def test_story(visit, ...):
        journey = visit(officer, "/c/12345/")
        journey.click("Claim for 34 learners")
        assert journey.clicks <= 6 and journey.screens <= 4

A journey fails by itself when the page breaks the content policy, throws, or meets an answer of 500 or more.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, Response

from tests.machine import chromium

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LISTEN = """document.addEventListener("securitypolicyviolation", (event) =>
    window.policyBroken(`${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}`))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything told here needs a browser, whether or not its file says so."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def browser_beside_the_database() -> None:
    """Playwright keeps an event loop in this thread to the end of the run; Django must not refuse it the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium(), "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "en-GB", "timezone_id": "Europe/London", "viewport": {"width": 1280, "height": 900}}


class Journey:
    """One person in one browser. Counts what a person would count: presses, and pages looked at."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.clicks = 0
        self.screens = 0
        page.on("load", lambda _: self._count_screen())

    def _count_screen(self) -> None:
        self.screens += 1

    def open(self, path: str) -> "Journey":
        """Go to an address of the portal, as a bookmark does; the page opened is the first screen."""
        self.page.goto(self.address + path)
        return self

    def click(self, target: str | Locator) -> "Journey":
        """Press a link or button by its words, or anything else by its locator; one click each."""
        self.clicks += 1
        self.find(target).click()
        self.page.wait_for_load_state("load")
        return self

    def find(self, target: str | Locator) -> Locator:
        if isinstance(target, Locator):
            return target
        link = self.page.get_by_role("link", name=target)
        return link.or_(self.page.get_by_role("button", name=target)).first

    def fill(self, label: str, text: str) -> "Journey":
        self.page.get_by_label(label).fill(text)
        return self

    def reads(self, words: str) -> bool:
        return words in self.page.locator("body").inner_text()


@pytest.fixture
def faults(context: BrowserContext) -> Iterator[list[str]]:
    """Whatever goes wrong unseen in the browser. Not empty at the end: the test fails."""
    found: list[str] = []
    context.expose_binding("policyBroken", lambda _, words: found.append(f"content policy: {words}"))
    context.add_init_script(LISTEN)
    context.on("weberror", lambda error: found.append(f"script: {error.error}"))

    def look(response: Response) -> None:
        if response.status >= 500:
            found.append(f"{response.status} from {response.url}")

    context.on("response", look)
    yield found
    assert found == []


@pytest.fixture
def visit(live_server: Any, page: Page, context: BrowserContext, faults: list[str]) -> Callable[..., Journey]:
    """`visit(user, path)` signs the person in with a full session and opens the page; `visit(None, path)` does not."""
    from tests.factories.people import signed_in

    def begin(user: Any = None, path: str = "/") -> Journey:
        if user is not None:
            session = signed_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return Journey(page, live_server.url).open(path)

    return begin


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with every breach of WCAG 2.2 AA that axe-core finds on the page as it stands."""
    source = AXE.read_text()

    def check(page: Page) -> None:
        page.evaluate(source)
        result = page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
        breaches = [
            {"rule": breach["id"], "help": breach["help"], "at": [node["html"][:200] for node in breach["nodes"]]}
            for breach in result["violations"]
        ]
        assert breaches == [], f"{page.url} at {page.viewport_size}:\n{json.dumps(breaches, indent=2)}"

    return check
