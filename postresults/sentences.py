"""What the acts of post-results services say on a timeline."""

SENTENCES = {
    "postresults.reviewed": "A reviewer’s recommendation was recorded by {who}.",
    "postresults.release_set": "The time at which outcomes go out was set by {who}.",
    "postresults.submitted": "{requests} asked for by {who}.",
    "postresults.script_kept": "Script kept by {who}.",
    "postresults.script_taken": "Script downloaded by {who}.",
    "postresults.delivered": "Sent to the centre by {who}.",
    "postresults.document_taken": "Downloaded by {who}.",
    "postresults.concern_raised": "Concern about a cohort raised by {who}.",
}
