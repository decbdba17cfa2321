"""What the audit verbs of claims say on a timeline."""

SENTENCES = {
    "claims.grades_recorded": "Unit grades entered ({grades})",
    "claims.submitted": "{claims} claims submitted",
    "claims.undone": "{claims} claims undone",
    "claims.accepted": "Claim accepted",
    "claims.refused": "Claim refused",
    "claims.queried": "Question asked about the claim",
    "claims.answered": "Question answered",
    "claims.put_right": "Refusal answered",
    "claims.absent": "Taken out of this summer's list",
    "claims.absent_undone": "Put back into this summer's list",
    "claims.contacted": "We were in touch about {learners} learners at risk ({kind})",
}
