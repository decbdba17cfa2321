"""What the verbs of this room say on a timeline."""

SENTENCES = {
    "hooks.made": "A webhook was made.",
    "hooks.paused": "A webhook was paused.",
    "hooks.resumed": "A webhook was resumed.",
    "hooks.rotated": "A webhook got a new secret.",
    "hooks.revoked": "A webhook was withdrawn.",
    "hooks.tested": "A test event was sent to a webhook.",
    "hooks.replayed": "{count} deliveries of a webhook were asked for again.",
    "hooks.beyond": "A webhook was paused, because its maker may no longer see what it is told.",
    "hooks.gone": "A webhook was paused, because its receiver said that it is gone.",
}
