from portal.accounts.rules.addresses import client_address
from portal.accounts.rules.passwords import context_fault, words_of
from portal.accounts.rules.reasons import REASONS
from portal.accounts.rules.sessions import (
    CODES_DUE,
    DEMO,
    FACTOR,
    FRESH_FOR,
    FRESH_UNTIL,
    KEPT,
    LOCKED,
    MFA,
    SEEN_AT,
    STARTED_AT,
    Standing,
    is_due_to_be_seen,
    kept_fields,
    opening,
    reopening,
    standing,
)

__all__ = [
    "CODES_DUE",
    "DEMO",
    "FACTOR",
    "FRESH_FOR",
    "FRESH_UNTIL",
    "KEPT",
    "LOCKED",
    "MFA",
    "REASONS",
    "SEEN_AT",
    "STARTED_AT",
    "Standing",
    "client_address",
    "context_fault",
    "is_due_to_be_seen",
    "kept_fields",
    "opening",
    "reopening",
    "standing",
    "words_of",
]
