from django.apps import AppConfig


class PostresultsConfig(AppConfig):
    name = "postresults"

    def ready(self) -> None:
        from deadlines import duties
        from portal.audit import sentences
        from portal.casework import kinds
        from portal.consent import watchers
        from postresults.actions import file_signed
        from postresults.kinds import KINDS
        from postresults.queries.duties import DUTIES
        from postresults.sentences import SENTENCES

        sentences.register(SENTENCES)
        for kind in KINDS:
            kinds.register(kind)
        watchers.register(file_signed)
        for duty in DUTIES:
            duties.register(duty)
