#!/usr/bin/env python3
"""Turns the benchmarks' lines of JSON into Markdown tables.

tables.py table FILE...                             the libraries side by side
tables.py compare OLD NEW                           two versions of SpikeKit: the least time of each, and their ratio
tables.py update RESULTS SECTION COMMAND FILE...    writes the table of the libraries into a section of RESULTS
"""

import collections
import datetime
import json
import os
import platform
import subprocess
import sys

# The figure of a table for each unit of work: its name, and a function of the work and the seconds of a call.
FIGURES = {
    "samples": ("ns per sample", lambda work, seconds: seconds / work * 1e9),
    "operations": ("ns per operation", lambda work, seconds: seconds / work * 1e9),
    "images": ("images per second", lambda work, seconds: work / seconds),
    "events": ("million events per second", lambda work, seconds: work / seconds / 1e6),
    "steps": ("steps per second", lambda work, seconds: work / seconds),
    "bytes": ("GB per second", lambda work, seconds: work / seconds / 1e9),
}
MILLISECONDS = ("ms", lambda work, seconds: seconds * 1e3)
# Lines that were measured while other processes used more cores than this are left out if there are quieter ones.
QUIET_CORES = 0.15


def read(path):
    """The measurements of a file by what makes them comparable, in order of first appearance."""
    groups = collections.defaultdict(list)
    with open(path) as lines:
        for number, text in enumerate(lines, 1):
            try:
                line = json.loads(text)
                key = line["name"], line["threads"], line.get("allocator", "default")
                groups[key, library(line)].append(line)
            except (ValueError, KeyError, TypeError) as error:
                sys.exit(f"{path}, line {number}: not a measurement ({error})")
    return groups


def library(line):
    """SpikeKit has one column whatever its revision; of others, the version matters."""
    name = line["library"]
    return name if name.startswith("SpikeKit") else f"{name} {line.get('version', '')}".strip()


def merged(lines):
    """One measurement of equal ones: the least minimum, the quiet ones' if there are any."""
    quiet = [line for line in lines if line.get("others_cpu", 0) < QUIET_CORES]
    return min(quiet or lines, key=lambda line: line["seconds_min"])


def figure(line):
    return FIGURES.get(line["unit"], MILLISECONDS)[1](line["work"], line["seconds_min"])


def unit(line):
    return FIGURES.get(line["unit"], MILLISECONDS)[0]


def short(value):
    """With three digits that count, and thousands apart."""
    if abs(value) >= 100:
        return f"{round(value, 3 - len(str(int(abs(value))))):,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def times(ratio):
    return f"{short(ratio)}×"


def markdown(header, rows):
    """Columns are left out if they are empty in every row; the first is set to the left, the others to the right."""
    used = [index for index in range(len(header)) if any(row[index] for row in rows)]
    table = [[row[index] for index in used] for row in [header] + rows]
    table.insert(1, ["---"] + ["---:"] * (len(used) - 1))
    return "\n".join("| " + " | ".join(row) + " |" for row in table) + "\n"


def details(lines, group):
    """What was computed, and the memory that it took: from the best lines and from all lines of each library."""
    ours = lines.get("SpikeKit")
    notes = []
    if ours and ours["unit"] == "samples" and "spikes" in ours:
        notes.append(f"{short(ours['spikes'] / ours['work'])} spikes per sample")
    if ours and "peak_bytes" in ours:
        notes.append(f"peak memory {short(ours['peak_bytes'] / 1e6)} MB")
    for name, all_lines in group.items():
        errors = [line["mse"] for line in all_lines if line.get("mse") is not None and line["unit"] == "trials"]
        if errors:
            least, most = short(min(errors)), short(max(errors))
            whose = f"{name}: " if len(group) > 1 else ""
            notes.append(f"{whose}lowest MSE {least}" + (f" to {most}" if most != least else ""))
    return "; ".join(notes)


def side_by_side(paths):
    groups = collections.defaultdict(dict)
    for path in paths:
        for (key, name), lines in read(path).items():
            groups[key].setdefault(name, []).extend(lines)
    libraries = list(dict.fromkeys(name for group in groups.values() for name in group))
    # SpikeKit comes first, and memcpy has no column of its own.
    libraries = sorted((name for name in libraries if name != "C library"), key=lambda name: name != "SpikeKit")
    copies = {key[1]: merged(group["C library"]) for key, group in groups.items() if key[0] == "limit/memcpy"}
    has_kept = any(key[2] == "tuned" for key in groups)
    has_returned = any(key[2] == "default" and "C library" not in group for key, group in groups.items())

    header = ["measurement", "threads", "freed memory", "unit"]
    for name in libraries:
        header += [name] if name == "SpikeKit" else [name, "ratio"]
    header += ["bytes of memcpy's", ""]
    rows = []
    for (name, threads, allocator), group in groups.items():
        if "C library" in group:
            continue
        lines = {library: merged(lines) for library, lines in group.items()}
        ours = lines.get("SpikeKit")
        memory = {"tuned": "kept", "default": "returned"}[allocator] if has_kept and has_returned else ""
        row = [f"`{name}`", str(threads), memory, unit(next(iter(lines.values())))]
        for library in libraries:
            line = lines.get(library)
            row.append(short(figure(line)) if line else "")
            if library != "SpikeKit":
                row.append(times(line["seconds_min"] / ours["seconds_min"]) if line and ours else "")
        copy = copies.get(threads)
        share = ours and copy and ours.get("bytes") and ours["bytes"] / ours["seconds_min"] / copy["rate"]
        rows.append(row + [f"{share:.0%}" if share else "", details(lines, group)])
    text = markdown(header, rows)
    for threads, copy in copies.items():
        noun = "thread" if threads == 1 else "threads"
        text += f"\nmemcpy on {threads} {noun}, bytes read and written: {short(copy['rate'] / 1e9)} GB per second.\n"
    return text


def compare(old_path, new_path):
    old, new = (
        {key: merged(lines) for (key, name), lines in read(path).items() if name in ("SpikeKit", "C library")}
        for path in (old_path, new_path)
    )
    rows = []
    for key in old:
        if key not in new:
            continue
        name, threads, allocator = key
        kept = "kept" if allocator == "tuned" else ""
        was, now = old[key], new[key]
        # The ratio is per unit of work, because one version may compute more in a call than the other.
        if FIGURES.get(now["unit"]):
            ratio = was["seconds_min"] / was["work"] / (now["seconds_min"] / now["work"])
        else:
            ratio = was["seconds_min"] / now["seconds_min"]
        rows.append([f"`{name}`", str(threads), kept, unit(now), short(figure(was)), short(figure(now)), times(ratio)])
    text = markdown(["measurement", "threads", "freed memory", "unit", "old", "new", "times as fast"], rows)
    old_names, new_names = {key[0] for key in old}, {key[0] for key in new}
    for title, names in ("Only in the old version", old_names - new_names), ("Only in the new", new_names - old_names):
        if names:
            text += f"\n{title}: " + ", ".join(f"`{name}`" for name in sorted(names)) + ".\n"
    return text


def machine():
    """This machine: the processor, its cores and the system."""
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    elif platform.system() == "Darwin":
        model = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True
        ).stdout.strip()
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def update(results, section, command, paths):
    begin, end = f"<!-- begin {section} -->", f"<!-- end {section} -->"
    with open(results) as file:
        text = file.read()
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        sys.exit(f"{results}: needs the lines {begin} and {end}, once and in this order")
    today = datetime.date.today().isoformat()
    revision = os.environ.get("SPIKEKIT_REVISION", "unknown")
    head = f"{today}, {machine()}; revision {revision}; `{command}`.\n"
    before, after = text[: text.index(begin)], text[text.index(end) :]
    with open(results + ".part", "w") as file:
        file.write(f"{before}{begin}\n{head}\n{side_by_side(paths)}{after}")
    os.replace(results + ".part", results)


def main(arguments):
    if len(arguments) > 1 and arguments[0] == "table":
        print(side_by_side(arguments[1:]), end="")
    elif len(arguments) == 3 and arguments[0] == "compare":
        print(compare(*arguments[1:]), end="")
    elif len(arguments) > 4 and arguments[0] == "update":
        update(*arguments[1:4], arguments[4:])
    else:
        sys.exit(__doc__.strip())


if __name__ == "__main__":
    main(sys.argv[1:])
