"""What this machine has that some tests need."""

import shutil

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of a Chromium, from Debian's package or one of its cousins."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
