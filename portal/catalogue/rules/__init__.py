from portal.catalogue.rules.content import Content, content

__all__ = ["Content", "content"]
