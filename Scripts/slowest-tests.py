#!/usr/bin/env python3
"""Prints the slowest tests of what `swift test` printed: slowest-tests.py LOG [COUNT]

Runs whose tests ran at the same time are left out, because there a test's time includes its wait for the others.
"""

import re
import sys

# "✔ Test name() passed after 0.012 seconds.", also with a number of cases or of issues. Suites are left out, because
# their times include those of their tests.
LINE = re.compile(
    r"^\S+ +Test (?!run with \d+ tests?\b)(?P<name>.+?)(?: with \d+ test cases?)? (?:passed|failed) "
    r"after (?P<seconds>[0-9.]+) seconds"
)
RUN = re.compile(r"^\S+ +Test run with .+ (?:passed|failed) after (?P<seconds>[0-9.]+) seconds")


def slowest(lines, count):
    """(seconds, name) of so many tests, the slowest first."""
    tests, run = [], []
    for line in lines:
        if match := LINE.match(line):
            run.append((float(match["seconds"]), match["name"]))
        elif match := RUN.match(line):
            if sum(seconds for seconds, _ in run) < 1.5 * float(match["seconds"]):
                tests += run
            run = []
    return sorted(tests, reverse=True)[:count]


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8", errors="replace") as log:
        tests = slowest(log, int(arguments[1]) if len(arguments) == 2 else 10)
    if not tests:
        sys.exit(f"{arguments[0]}: holds no run of tests one after the other")
    print(f"The {len(tests)} slowest tests, in seconds:")
    for seconds, name in tests:
        print(f"{seconds:8.1f}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
