#!/usr/bin/env python3
"""Accuracy by epoch of a training run, as a line of JSON: epochs.py RUN_FOLDER"""

import json
import os
import sys

folder = sys.argv[1]
with open(os.path.join(folder, "metrics.jsonl")) as file:
    epochs = [json.loads(line) for line in file]
print(json.dumps({
    "name": os.path.basename(folder), "library": "SpikeKit",
    "epochs": [{key: epoch.get(key) for key in epoch} for epoch in epochs],
}))
