"""What the audit verbs of claims say on a timeline."""

SENTENCES = {
    "claims.grades_recorded": "{who} entered unit grades ({grades}){units}",
    "claims.submitted": "{who} submitted {claims} claims",
    "claims.undone": "{who} undid {claims} claims",
    "claims.accepted": "Claim accepted by us ({who})",
    "claims.refused": "Claim refused by us ({who})",
    "claims.queried": "{who} asked a question about the claim",
    "claims.answered": "{who} answered the question",
    "claims.put_right": "{who} answered the refusal",
    "claims.absent": "{who} took the learner out of this summer's list",
    "claims.absent_undone": "{who} put the learner back into this summer's list",
    "claims.centre_given": "A colleague was given the centre to look after before the date",
    "claims.contacted": "We were in touch about {learners} learners at risk ({kind})",
}
