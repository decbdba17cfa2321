"""What invitations, resets, registers and tokens say on a timeline."""

SENTENCES = {
    "people.invited": "Somebody was invited as {role}.",
    "people.invitation_sent_again": "The invitation was sent again.",
    "people.invitation_revoked": "The invitation was withdrawn.",
    "people.invitation_accepted": "The invitation was accepted.",
    "people.reset_asked": "A reset of a second step was asked for ({reason}).",
    "people.reset_confirmed": "A second person confirmed the reset of a second step ({reason}).",
    "people.reset_withdrawn": "The reset of a second step was withdrawn ({reason}).",
    "people.register_confirmed": "The register of accounts was confirmed: {people} people, {leavers} leavers.",
    "people.token_made": "An API token was made.",
    "people.token_revoked": "An API token was withdrawn.",
}
