#!/usr/bin/env bash
# Checks the style of all Swift, Python and shell files. Usage: Scripts/lint.sh
#
# pyflakes, from the environment of the tests, checks Python files. shellcheck checks shell scripts; if it is not
# installed, only their syntax is checked. `swift format -i FILE…` repairs most findings in Swift files.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$repository"

# files PATTERN…: lists the existing files that git tracks or would add.
files() { git ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
done; }

status=0
complain() {
    say "$*"
    status=1
}

files '*.swift' | xargs -0 swift format lint --strict --parallel || complain "see above; run: swift format -i FILE"

require_test_python
for python in "${SPIKEKIT_PYTHON:-python3}" .build-python/bin/python python3; do
    if "$python" -c 'import pyflakes' 2>/dev/null; then break; fi
done
if "$python" -c 'import pyflakes' 2>/dev/null; then
    files '*.py' | xargs -0 "$python" -m pyflakes || complain "see above"
else
    complain "pyflakes is missing; run: python3 -m pip install pyflakes"
fi

scripts() { files '*.sh' spike test .ci/run; }
scripts | xargs -0 -n 1 bash -n || complain "see above"
if command -v shellcheck >/dev/null; then
    scripts | xargs -0 shellcheck --severity=warning || complain "see above"
elif [ "${CI:-}" = true ]; then
    complain "shellcheck is missing"
fi
exit $status
