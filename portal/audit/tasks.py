import logging

from celery import shared_task

from portal.audit.queries import verify as verify_chains

log = logging.getLogger(__name__)


@shared_task(name="audit.verify")
def verify(as_of: str | None = None) -> int:
    """Recompute every chain as it stands; how many are broken. A broken one is an error in the log."""
    broken = verify_chains()["broken"]
    for fault in broken:
        log.error("Audit chain %(chain)s, entry %(seq)s: %(fault)s", fault)
    return len(broken)
