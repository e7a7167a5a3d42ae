#!/usr/bin/env python3
"""The results of check.sh as Markdown: table.py RESULTS"""

import json
import os
import sys

folder = sys.argv[1]
with open(os.path.join(folder, "results.jsonl")) as file:
    lines = [json.loads(line) for line in file if line.startswith("{")]
with open(os.path.join(folder, "machine.json")) as file:
    machine = json.load(file)
print(", ".join(f"{key} {value}" for key, value in machine.items()) + "\n")
for line in lines:
    for check in line.get("report", {}).get("checks", []):
        print(f"- {check['name']}: {check.get('failure') or 'ok'}")
print()

# For each task, the fastest result of SpikingJelly beside that of SpikeKit.
rows: dict = {}
for line in lines:
    if "rate" not in line:
        continue
    column = line["library"] if line["library"] != "SpikeKit" else line["neurons"]
    row = rows.setdefault(line["name"], {})
    if column not in row or row[column]["rate"] < line["rate"]:
        row[column] = line
print("| QKFormer-3-256, T = 4 | images/s | SpikingJelly, best | times | without neurons | share of it | step by step "
      "| peak memory | SpikingJelly's |")
print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
for name, row in rows.items():
    def rate(column: str) -> str:
        return f"{row[column]['rate']:.0f}" if column in row else "–"

    def ratio(above: str, below: str, form: str) -> str:
        return format(row[above]["rate"] / row[below]["rate"], form) if above in row and below in row else "–"

    def memory(column: str) -> str:
        return f"{row[column]['peak_bytes'] / 2**30:.2f} GiB" if column in row and row[column].get("peak_bytes") else "–"

    peer = rate("SpikingJelly") + (f" ({row['SpikingJelly']['layout']})" if "SpikingJelly" in row else "")
    print(f"| {name.split('/', 1)[1]} | {rate('kernel')} | {peer} | {ratio('kernel', 'SpikingJelly', '.2f')} | {rate('none')} "
          f"| {ratio('kernel', 'none', '.0%')} | {rate('operations')} | {memory('kernel')} | {memory('SpikingJelly')} |")
for line in lines:
    if "epochs" in line:
        print(f"\n{line['name']}, 4 epochs:\n")
        print("| epoch | loss | accuracy | on test images | seconds |\n| ---: | ---: | ---: | ---: | ---: |")
        for epoch in line["epochs"]:
            print(f"| {epoch['epoch']} | {epoch['trainLoss']:.3f} | {epoch['trainAccuracy']:.2%} "
                  f"| {epoch['testAccuracy']:.2%} | {epoch['seconds']:.1f} |")
failed = [line for line in lines if "failed" in line or "left_out" in line]
if failed:
    print("\nFailed or left out: " + ", ".join(line["name"] for line in failed))
