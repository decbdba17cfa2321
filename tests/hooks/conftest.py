"""A centre whose program listens on this machine."""

from collections.abc import Iterator

import pytest

from portal.centres.models import Centre
from portal.hooks.models import Hook
from tests.factories.hooks import Receiver, hook_of, receiving
from tests.factories.people import CentreFactory


@pytest.fixture
def centre(db: None) -> Centre:
    return CentreFactory(number="12345", name="Northgate College")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hook(centre: Centre, receiver: Receiver) -> Hook:
    return hook_of(centre, receiver.url)[0]
