from postresults.admin import concerns, releases, reviews, scripts

__all__ = ["concerns", "releases", "reviews", "scripts"]
