#!/usr/bin/env python3
"""What this machine computes with, as a line of JSON."""

import datetime
import json
import os
import platform
import subprocess

import torch


def driver() -> str:
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.split("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


print(json.dumps({
    "device": torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none",
    "torch": torch.__version__,
    "cuda": torch.version.cuda,
    "cudnn": torch.backends.cudnn.version(),
    "driver": driver(),
    "python": platform.python_version(),
    "cores": os.cpu_count(),
    "date": datetime.date.today().isoformat(),
}))
