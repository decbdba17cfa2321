"""The command: `python -m tests.bench [--smoke] [p1 p3 …]`. Prints the report and, unless told not to, writes it."""

import argparse
import os
import sys
import time

from tests.bench import scratch
from tests.bench.sizes import NATIONAL, SMOKE, Size

CODES = ("p1", "p3", "p5", "p6")


def main() -> int:
    asked = _arguments()
    size = SMOKE if asked.smoke else NATIONAL
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("The benchmarks run on PostgreSQL: set DATABASE_URL.", file=sys.stderr)
        return 1
    # The tiny rows have a database of their own, so that the national ones stay.
    scratch.set_up(url, suffix="smoke" if asked.smoke else "bench")
    scratch.fill(url, size)
    return _run(size, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "codes", nargs="*", metavar="workload", help=f"some of {', '.join(CODES)}; all if none is named"
    )
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, to see that everything runs; writes nothing")
    asked = parser.parse_args()
    asked.codes = [code.lower() for code in ",".join(asked.codes).split(",") if code] or list(CODES)
    if unknown := set(asked.codes) - set(CODES):
        parser.error(f"there is no workload {', '.join(sorted(unknown))}")
    return asked


def _run(size: Size, asked: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from tests.bench import database, report
    from tests.bench.workloads import WORKLOADS

    measured: dict[str, str] = {}
    told = {"at": datetime.now(UTC), "of": report.commit(), "rounds": size.rounds}
    about = {"database": database.version_words(os.environ["DATABASE_URL"]), "rows": size.words}
    for workload in WORKLOADS:
        if workload.code.lower() not in asked.codes:
            continue
        started = time.monotonic()
        print(f"{workload.code}: {workload.title} …", flush=True)
        measured[workload.code] = report.words(workload.run(size), **told)
        print(f"{measured[workload.code]}\n… in {time.monotonic() - started:.0f} seconds.\n", flush=True)
        if not asked.smoke:
            report.write(measured, **about)
    return 0


if __name__ == "__main__":
    sys.exit(main())
