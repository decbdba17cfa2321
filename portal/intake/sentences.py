"""What acts on uploaded files say on a timeline."""

SENTENCES = {
    "intake.committed": (
        "{who} committed a file of {kind}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused."
    ),
    "intake.discarded": "{who} discarded an uploaded file of {kind}.",
}
