"""What a learner must have agreed to before a service is asked for."""

from portal.consent.rules import Purpose
from postresults.rules.services import REVIEWS, Service


def purpose_of(service: Service) -> Purpose:
    return Purpose.REVIEW if service in REVIEWS else Purpose.SCRIPTS
