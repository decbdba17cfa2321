"""What the acts at a desk say on a timeline."""

SENTENCES = {
    "desk.filter_saved": "{who} saved a filter of a list.",
    "desk.filter_changed": "{who} renamed a saved filter, or shared it otherwise.",
    "desk.filter_deleted": "{who} deleted a saved filter.",
    "desk.cover_recorded": "{who} recorded who covers an absence, from {from_on} to {to_on}.",
    "desk.cover_ended": "{who} ended a cover before its last day.",
}
