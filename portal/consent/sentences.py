"""What happens to consents, on a timeline."""

SENTENCES = {
    "consent.asked": "The learner was asked for consent, {way}.",
    "consent.answered": "The learner answered: {answer}.",
    "consent.recorded": "Consent was recorded, {way}.",
    "consent.withdrawn": "Consent was withdrawn.",
    "consent.cancelled": "The question for consent was taken back.",
    "consent.used": "A request was sent on the strength of {count} consents.",
    "consent.disposed": "{count} consents were disposed of at the end of their time.",
    "consent.wordings_loaded": "The wordings of consent were loaded: {new} new.",
}
