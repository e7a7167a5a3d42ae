#!/usr/bin/env python3
"""Fails if a target of one of the packages imports a module that its manifest does not give it.

SwiftPM builds such a target as long as something else brings the module, and breaks when that no longer does. A target
may import the targets and products that it names, with the targets that a product of these packages consists of, and what
the system brings.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SYSTEM = {
    "Foundation", "FoundationNetworking", "FoundationXML", "Testing", "XCTest", "Glibc", "Musl", "Darwin", "Dispatch",
    "Synchronization", "Accelerate", "PackageDescription", "Swift", "os", "Android", "WinSDK",
}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)", re.MULTILINE)

TEXT = re.compile(r'(#*)""".*?"""\1', re.DOTALL)


def packages():
    """The folders of all packages that belong to this repository."""
    manifests = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*Package.swift"],
        check=True, capture_output=True, text=True).stdout
    return [ROOT / pathlib.Path(line).parent for line in manifests.splitlines() if (ROOT / line).exists()]


def manifest(folder):
    dump = subprocess.run(
        ["swift", "package", "--package-path", folder, "dump-package"], check=True, capture_output=True, text=True)
    return json.loads(dump.stdout)


def folder_of(package, target):
    """Where a target's sources are."""
    if target.get("path"):
        return package / target["path"]
    for parent in ["Tests"] if target["type"] == "test" else ["Sources", "Source", "src", "srcs"]:
        if (package / parent / target["name"]).is_dir():
            return package / parent / target["name"]
    return package / "Sources"


def dependencies(target):
    """The names of targets and products, from a manifest's target."""
    for dependency in target["dependencies"]:
        for kind in ("byName", "target", "product"):
            if kind in dependency:
                yield dependency[kind][0]


def main():
    manifests = {folder: manifest(folder) for folder in packages()}
    targets, products = set(), {}
    for content in manifests.values():
        targets |= {target["name"] for target in content["targets"]}
        products.update({product["name"]: product["targets"] for product in content["products"]})

    problems = []
    for folder, content in manifests.items():
        place = folder.relative_to(ROOT)
        for target in content["targets"]:
            if target["type"] == "system":
                continue
            declared = set(dependencies(target))
            allowed = declared | {module for name in declared for module in products.get(name, [])}
            imported = {}
            for file in sorted(folder_of(folder, target).rglob("*.swift")):
                # String literals of several lines may hold Python programs with imports of their own.
                for module in IMPORT.findall(TEXT.sub("", file.read_text(encoding="utf-8"))):
                    # The name of a module has underscores in place of the hyphens of its target.
                    target_name = module.replace("_", "-")
                    imported.setdefault(target_name if target_name in targets else module, file)
            for module, file in sorted(imported.items()):
                if module not in allowed | SYSTEM | {target["name"]}:
                    problems.append(
                        f"{file.relative_to(ROOT)}: imports {module}, which {place / 'Package.swift'} does not name "
                        f"among the dependencies of {target['name']}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
