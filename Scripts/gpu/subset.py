#!/usr/bin/env python3
"""Cuts the first images of CIFAR-10's binary files: subset.py CIFAR_FOLDER OUTPUT TRAIN TEST

TRAIN images from five files together, TEST from the file of test images; for machines that data must be carried to.
"""

import os
import sys

RECORD = 3073
source, output, train, test = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.makedirs(output, exist_ok=True)
for name, count in [(f"data_batch_{i}.bin", train // 5) for i in range(1, 6)] + [("test_batch.bin", test)]:
    with open(os.path.join(source, name), "rb") as file:
        content = file.read(count * RECORD)
    with open(os.path.join(output, name), "wb") as file:
        file.write(content)
