"""What the acts on cases say on a timeline."""

SENTENCES = {
    "casework.opened": "The case was opened by {who}.",
    "casework.moved": "The case was moved on by {who}.",
    "casework.assigned": "Somebody who is not involved was given the case.",
    "casework.involved": "A part in the case was recorded by {who}.",
    "casework.interest_declared": "An interest was declared by {who}.",
    "casework.message_written": "A message was written by {who}.",
    "casework.internal_written": "A note for colleagues was written by {who}.",
    "casework.call_written": "A telephone call was noted by {who}.",
    "casework.task_done": "A check was done by {who}.",
    "casework.decided": "A decision was made by {who}.",
    "casework.countersigned": "The decision was countersigned by {who}.",
    "casework.sent_back": "The decision was sent back by {who}.",
    "casework.issued": "The decision was issued.",
    "casework.reissue_begun": "A decision in the place of the issued one was made by {who}.",
    "casework.result_changed": "A result was changed by the decision.",
    "casework.award_changed": "The overall grade was changed by the decision.",
    "casework.receipt_recorded": "A later receipt of the decision was recorded by {who}.",
    "casework.document_filed": "A document was added by {who}.",
}
# What only staff read on a timeline: who plays which part, and what we note for ourselves.
STAFF_ONLY = frozenset(
    [
        "casework.involved",
        "casework.internal_written",
        "casework.task_done",
        "casework.decided",
        "casework.countersigned",
        "casework.sent_back",
        "casework.reissue_begun",
    ]
)
