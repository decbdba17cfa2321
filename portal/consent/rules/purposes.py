"""What a learner is asked to agree to, and how the answer reaches the centre."""

from portal.web.labels import Labelled


class Purpose(Labelled):
    REVIEW = "review", "review of marking"
    SCRIPTS = "scripts", "copy of the exam paper"
    APPEAL = "appeal", "appeal"
    TEACHING = "teaching", "use of the exam paper in teaching"


class Way(Labelled):
    LINK = "link", "by email"
    QR = "qr", "by QR code"
    PAPER = "paper", "on paper"
    UPLOAD = "upload", "signed form, uploaded"


class Answer(Labelled):
    YES = "yes", "agreed"
    NO = "no", "did not agree"


# Ways in which the learner answers for themselves, with a link of their own.
ASKED = frozenset({Way.LINK, Way.QR})

# Which consents will do for which purpose. The wording for a review speaks of a later appeal too.
COVERED_BY: dict[Purpose, frozenset[Purpose]] = {
    Purpose.REVIEW: frozenset({Purpose.REVIEW}),
    Purpose.SCRIPTS: frozenset({Purpose.SCRIPTS}),
    Purpose.APPEAL: frozenset({Purpose.APPEAL, Purpose.REVIEW}),
    Purpose.TEACHING: frozenset({Purpose.TEACHING}),
}
