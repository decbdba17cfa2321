"""The only writers of webhooks, events and deliveries."""

from portal.hooks.actions.delivering import deliver
from portal.hooks.actions.emitting import emit, emit_many, emit_to_all
from portal.hooks.actions.pruning import prune
from portal.hooks.actions.replaying import replay, replay_failed, send_test
from portal.hooks.actions.subscribing import make_hook, pause_hook, resume_hook, revoke_hook, rotate_secret

__all__ = [
    "deliver",
    "emit",
    "emit_many",
    "emit_to_all",
    "make_hook",
    "pause_hook",
    "prune",
    "replay",
    "replay_failed",
    "resume_hook",
    "revoke_hook",
    "rotate_secret",
    "send_test",
]
