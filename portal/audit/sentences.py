"""What each verb says on a timeline. Apps register theirs from `AppConfig.ready()`."""

_SENTENCES: dict[str, str] = {}


def register(sentences: dict[str, str]) -> None:
    """Add `verb: sentence`; the sentence may name keys of the entry's data in braces."""
    for verb, sentence in sentences.items():
        if _SENTENCES.setdefault(verb, sentence) != sentence:
            raise ValueError(f"The verb {verb} is registered twice with different sentences.")


def sentence(verb: str) -> str:
    return _SENTENCES[verb]


def verbs() -> frozenset[str]:
    return frozenset(_SENTENCES)
