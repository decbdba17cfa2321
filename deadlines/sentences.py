"""What the acts on dates and reminders say on a timeline."""

SENTENCES = {
    "deadlines.dates_loaded": "Key dates were loaded: {new} new, {superseded} changed.",
    "deadlines.date_superseded": "Key date {key} of {series} was moved from {was} to {on}.",
    "deadlines.date_proposed": "Key date {key} of {series}: a move from {was} to {on} was proposed.",
    "deadlines.date_approved": "The move of key date {key} of {series} was approved; {told} people were told.",
    "deadlines.date_returned": "The proposed move of key date {key} of {series} was sent back.",
    "deadlines.file_used": "A file of key dates was used: {new} new dates and {changed} changes proposed.",
    "deadlines.file_approved": "{new} new dates of a file were approved and are in force.",
    "deadlines.file_returned": "The new dates of a file were sent back.",
    "deadlines.file_discarded": "A file of key dates was discarded.",
    "deadlines.feed_made": "A calendar link was made.",
    "deadlines.feed_revoked": "A calendar link was ended.",
    "deadlines.reminders_planned": "{planned} reminders were planned.",
    "deadlines.clock_started": "The count of days for {limit} began.",
    "deadlines.clock_stopped": "The count of days for {limit} ended.",
    "deadlines.clock_extended": "The centre was told of a delay, to {to}.",
}
