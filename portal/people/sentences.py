"""What invitations say on a timeline."""

SENTENCES = {
    "people.invited": "Somebody was invited as {role}.",
    "people.invitation_sent_again": "The invitation was sent again.",
    "people.invitation_revoked": "The invitation was withdrawn.",
    "people.invitation_accepted": "The invitation was accepted.",
    "people.token_made": "An API token was made.",
    "people.token_revoked": "An API token was withdrawn.",
}
