"""The one beat table: which sweep runs how often, on which queue.

Hours are UTC. No daily job runs between 23:00 and 23:59 UTC, which is today in London in winter and tomorrow in summer.
`expires` keeps hints from piling up while no worker runs: the next one does the same work.
"""

from typing import Any

from celery.schedules import crontab

# Mail has a queue of its own, so that no long sweep keeps it waiting; so have webhooks, whose receivers may be slow.
# A worker takes all of them unless told otherwise.
QUEUES = ("sweeps", "mail", "hooks")

BEAT: dict[str, dict[str, Any]] = {
    "deliver mail": {
        "task": "notices.deliver",
        "schedule": 10.0,
        "options": {"queue": "mail", "expires": 60},
    },
    "deliver to webhooks": {
        "task": "hooks.deliver",
        "schedule": 10.0,
        "options": {"queue": "hooks", "expires": 60},
    },
    "show that a worker works": {
        "task": "notices.heartbeat",
        "schedule": 30.0,
        "options": {"queue": "sweeps", "expires": 60},
    },
    "plan reminders": {
        "task": "deadlines.plan_reminders",
        "schedule": crontab(minute="*/15"),
        "options": {"queue": "sweeps", "expires": 900},
    },
    "take back reminders whose work is done": {
        "task": "deadlines.cancel_settled",
        "schedule": 30.0,
        "options": {"queue": "sweeps", "expires": 60},
    },
    "tell that results are out": {
        "task": "learners.tell_released",
        "schedule": 15.0,
        "options": {"queue": "sweeps", "expires": 60},
    },
    "look at the clocks of cases": {
        "task": "deadlines.sweep_clocks",
        "schedule": crontab(minute="*/15"),
        "options": {"queue": "sweeps", "expires": 900},
    },
    # The window closes at midnight; whoever waits is told within the quarter of an hour.
    "end requests whose consent came too late": {
        "task": "postresults.end_out_of_time",
        "schedule": crontab(minute="*/15"),
        "options": {"queue": "sweeps", "expires": 900},
    },
    "let outcomes go out at their time": {
        "task": "postresults.release_outcomes",
        "schedule": 15.0,
        "options": {"queue": "sweeps", "expires": 60},
    },
    "close reviews whose window is over": {
        "task": "postresults.close",
        "schedule": crontab(hour=1, minute=10),
        "options": {"queue": "sweeps", "expires": 3600},
    },
    "evaluate readiness afresh": {
        "task": "claims.check_readiness",
        "schedule": crontab(hour=1, minute=40),
        "options": {"queue": "sweeps", "expires": 3600},
    },
    "forget answers of the API": {
        "task": "people.forget_answers",
        "schedule": crontab(hour=3, minute=10),
        "options": {"queue": "sweeps", "expires": 3600},
    },
    "discard files that nobody committed": {
        "task": "intake.discard_waiting",
        "schedule": crontab(hour=3, minute=20),
        "options": {"queue": "sweeps", "expires": 3600},
    },
    "forget old webhook deliveries": {
        "task": "hooks.prune",
        "schedule": crontab(hour=3, minute=10),
        "options": {"queue": "hooks", "expires": 3600},
    },
    "verify the audit chains": {
        "task": "audit.verify",
        "schedule": crontab(hour=2, minute=20),
        "options": {"queue": "sweeps", "expires": 3600},
    },
    "dispose of consents whose time is over": {
        "task": "consent.dispose",
        "schedule": crontab(hour=3, minute=10),
        "options": {"queue": "sweeps", "expires": 3600},
    },
}
