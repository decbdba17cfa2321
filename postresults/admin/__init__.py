from postresults.admin import concerns, releases, scripts

__all__ = ["concerns", "releases", "scripts"]
