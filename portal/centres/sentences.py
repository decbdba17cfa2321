"""What giving and ending roles says on a timeline."""

SENTENCES = {
    "centre.added": "The centre was added.",
    "centre.suspended": "The centre was suspended: nobody can act for it.",
    "centre.restored": "The centre may act again.",
    "centre.role_given": "The role {role} was given, from {from_on}.",
    "centre.role_changed": "The last day of the role {role} was set to {to_on}.",
    "centre.role_ended": "The role {role} ended on {to_on}.",
    "centre.delegated": "The head of centre delegated: {bundle}, from {from_on} to {to_on}.",
    "centre.delegation_ended": "The delegation ended: {bundle}.",
    "staff.role_given": "The staff role {role} was given, from {from_on}.",
    "staff.role_ended": "The staff role {role} ended on {to_on}.",
}
