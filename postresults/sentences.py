"""What the acts of post-results services say on a timeline."""

SENTENCES = {
    "postresults.submitted": "{requests} asked for by {who}.",
}
