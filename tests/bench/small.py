"""The tracker among few rows: `python -m tests.bench.small <database> <centres> <registrations>`.

Makes the rows in a scratch database beside that one, opens a session for an officer of each centre that is asked, and
prints an address and a cookie for each.
"""

import sys
from dataclasses import replace

from tests.bench import scratch
from tests.bench.sizes import SMOKE


def main(url: str, centres: int, registrations: int) -> None:
    size = replace(SMOKE, centres=centres, registrations=registrations)
    scratch.set_up(url, suffix="small")
    scratch.fill(url, size)
    from tests.bench.tracker import tracker_pages

    for page in tracker_pages(size):
        print("page", page.path, page.cookie)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
