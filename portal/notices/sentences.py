"""What the verbs of this room say on a timeline."""

SENTENCES = {
    "notices.sent_again": "{who} asked for the message to be sent again",
    "notices.requeued": "{who} put the mail back into the queue",
    "notices.arrived": "{who} confirmed that the mail arrived",
}
