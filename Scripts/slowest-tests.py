#!/usr/bin/env python3
"""Prints the slowest tests of what `swift test` printed: slowest-tests.py LOG [COUNT]"""

import re
import sys

# "✔ Test name() passed after 0.012 seconds.", also with a number of cases or of issues. Suites are left out, because
# their times include those of their tests.
LINE = re.compile(
    r"^\S+ +Test (?!run with \d+ tests?\b)(?P<name>.+?)(?: with \d+ test cases?)? (?:passed|failed) "
    r"after (?P<seconds>[0-9.]+) seconds"
)


def slowest(lines, count):
    """(seconds, name) of so many tests, the slowest first."""
    matches = filter(None, map(LINE.match, lines))
    return sorted(((float(match["seconds"]), match["name"]) for match in matches), reverse=True)[:count]


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8", errors="replace") as log:
        tests = slowest(log, int(arguments[1]) if len(arguments) == 2 else 10)
    if not tests:
        sys.exit(f"{arguments[0]}: holds no line of a test")
    print(f"The {len(tests)} slowest tests, in seconds:")
    for seconds, name in tests:
        print(f"{seconds:8.1f}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
