from django.apps import AppConfig


class PostresultsConfig(AppConfig):
    name = "postresults"

    def ready(self) -> None:
        from deadlines import duties
        from portal.audit import sentences
        from portal.casework import kinds
        from portal.casework import watchers as cases
        from portal.consent import watchers
        from postresults.actions import file_signed, open_window_again, outcome_issued, review_reopened
        from postresults.kinds import KINDS, REVIEW
        from postresults.queries.duties import DUTIES
        from postresults.sentences import SENTENCES

        sentences.register(SENTENCES)
        for kind in KINDS:
            kinds.register(kind)
        watchers.register(file_signed)
        for duty in DUTIES:
            duties.register(duty)
        cases.register(REVIEW.key, cases.Event.ISSUED, outcome_issued)
        cases.register(REVIEW.key, cases.Event.RECEIVED, open_window_again)
        cases.register(REVIEW.key, cases.Event.REOPENED, review_reopened)
