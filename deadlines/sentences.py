"""What the acts on dates and reminders say on a timeline."""

SENTENCES = {
    "deadlines.dates_loaded": "Key dates were loaded: {new} new, {superseded} changed.",
    "deadlines.date_superseded": "Key date {key} of {series} was moved from {was} to {on}.",
    "deadlines.reminders_planned": "{planned} reminders were planned.",
}
