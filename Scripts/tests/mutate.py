#!/usr/bin/env python3
"""Changes single tokens of modules at random, and prints the changes that no test notices.

All changes are built at once: each stands in the code behind a switch, which an environment variable turns on when the
tests run. Changes that do not compile in this form are replaced by others. The sources are put back at the end.
"""

import argparse
import json
import os
import pathlib
import random
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mutants import Mutant, declarations, sites  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEARNING = ROOT / "Packages" / "SpikeLearning"
CODECS = {"SpikeKernels", "SpikeEncoding"}
PROGRAM_TESTS = {
    "SpikeCommandLine": "SpikeProgramTests",
    "spike": "SpikeProgramTests",
    "spike-learn": "SpikeLearnTests",
}
FLAGS = ["-c", "release", "-Xswiftc", "-enable-testing"] + (
    ["-Xswiftc", "-target-cpu", "-Xswiftc", "native"] if sys.platform == "linux" else []
)
FAILURE = rb"^\S+ +Test .* recorded an issue"
MEMORY = 12 << 30  # bytes for one run of tests, as a changed bound may allocate without end


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", metavar="MODULE[,MODULE…]", help="modules of one package, such as SpikeEncoding")
    parser.add_argument("count", type=int, metavar="COUNT", help="the number of changes in each module")
    parser.add_argument("seed", type=int, nargs="?", metavar="SEED", default=random.randrange(10**6))
    parser.add_argument("--files", default="", metavar="REGEX", help="change only files whose paths match")
    parser.add_argument("--above", default="", metavar="TESTS[,…]", help="more test targets, for what survives")
    parser.add_argument("--skip", default="", metavar="REGEX", help="leave out slow tests whose names match")
    parser.add_argument("--survivors", action="store_true", help="try the survivors of the last run again")
    parser.add_argument("--scratch-path", default=".build-mutants", help="build folder, kept for next time")
    return parser.parse_args()


class Package:
    """A package whose sources are changed, built and tested."""

    def __init__(self, modules, scratch, skip):
        self.folder = ROOT if (ROOT / "Sources" / modules[0]).is_dir() else LEARNING
        self.name = "SpikeKit" if self.folder == ROOT else "SpikeLearning"
        for module in modules:
            if not (self.folder / "Sources" / module).is_dir():
                sys.exit(f"{module}: no module of {self.folder}")
            if self.declarations(module).exists():
                sys.exit(f"{self.declarations(module)}: left by an earlier run; put the sources back with git first")
        self.scratch = scratch
        self.flags = [*FLAGS, "--scratch-path", scratch]
        # The trace of a crash takes 20 s, and nobody reads it.
        self.environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
        if set(modules) <= CODECS:
            self.environment["SPIKEKIT_ONLY"] = "SpikeEncoding"
        self.skipped = skip
        self.originals = {}

    def declarations(self, module):
        return self.folder / "Sources" / module / "Mutants.swift"

    def files(self, module):
        return sorted((self.folder / "Sources" / module).rglob("*.swift"))

    def write(self, modules, mutants):
        """Writes sources in which the mutants stand behind their switches."""
        changed = {}
        for mutant in mutants:
            changed.setdefault(mutant.path, []).append(mutant)
        for path in {*changed, *self.originals}:
            source = self.originals.setdefault(path, path.read_text(encoding="utf-8"))
            for mutant in sorted(changed.get(path, []), key=lambda mutant: -mutant.offset):
                source = source[: mutant.offset] + mutant.switched + source[mutant.offset + len(mutant.before) :]
            write_if_changed(path, source)
        tensors = self.folder == LEARNING
        for module in modules:
            own = [mutant for mutant in mutants if mutant.module == module]
            write_if_changed(self.declarations(module), declarations(module, own, tensors))

    def restore(self, modules):
        for path, source in self.originals.items():
            write_if_changed(path, source)
        for module in modules:
            self.declarations(module).unlink(missing_ok=True)

    def build(self, *chosen):
        """Builds: the lines that did not compile, as pairs of path and number, or None if all did."""
        command = ["swift", "build", *chosen, *self.flags]
        result = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if result.returncode == 0:
            return None
        output = result.stdout + result.stderr
        lines = re.findall(r"^(/.+\.swift):(\d+):\d+: error:", output, re.MULTILINE)
        if not lines:
            marked = [line for line in output.splitlines() if re.search(r"\berror\b|crash|signal", line)]
            sys.exit("\n".join(["The build fails:", *marked[:20], output[-2000:]]))
        return {(pathlib.Path(path), int(line)) for path, line in lines}

    def suites(self, target):
        """The names of the suites of a test target."""
        command = ["swift", "test", "list", "--skip-build", *self.flags]
        if sys.platform == "linux":
            command = [self.runner, "--testing-library", "swift-testing", "--list-tests"]
        listed = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        tests = [line for line in listed.stdout.splitlines() if line.startswith(f"{target}.")]
        if not tests:
            sys.exit(f"{target} has no tests:\n{listed.stderr[-1000:]}")
        return sorted({test.split("/")[0] for test in tests if not (self.skipped and re.search(self.skipped, test))})

    def test(self, suite, limit, until=None, **switches):
        """Runs a suite of tests, until a line matches: whether all passed, how long it took, and what it printed."""
        start = time.monotonic()
        process = subprocess.Popen(
            self.test_command(suite),
            cwd=self.folder,
            env={**self.environment, **switches},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
        )
        output = b""
        try:
            while time.monotonic() - start < limit and not (until and re.search(until, output, re.MULTILINE)):
                if select.select([process.stdout], [], [], 1)[0]:
                    chunk = os.read(process.stdout.fileno(), 1 << 16)
                    if not chunk:
                        passed = process.wait() == 0
                        return passed, time.monotonic() - start, output.decode(errors="replace")
                    output = output[-100_000:] + chunk
            return False, time.monotonic() - start, output.decode(errors="replace")
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            process.stdout.close()

    @property
    def runner(self):
        return str(self.folder / self.scratch / "release" / f"{self.name}PackageTests.xctest")

    def test_command(self, suite):
        chosen = ["--filter", f"^{re.escape(suite)}(/|$)", *(["--skip", self.skipped] if self.skipped else [])]
        chosen += ["--no-parallel"] if self.folder == LEARNING else []
        if sys.platform != "linux":
            return ["swift", "test", "--skip-build", *self.flags, *chosen]
        return [self.runner, "--testing-library", "swift-testing", *chosen]


def write_if_changed(path, text):
    """Writes a file unless it holds the text already, so that only what changed is built anew."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def choose(package, modules, count, seed, pattern):
    """A change for each line of each module that has one, in random order."""
    choices = {}
    for module in modules:
        found = []
        for path in package.files(module):
            if re.search(pattern, str(path.relative_to(package.folder))):
                found += sites(module, path, random.Random(f"{seed} {path.name}"))
        random.Random(f"{seed} {module}").shuffle(found)
        lines = set()
        choices[module] = [
            site for site in found if (site.path, site.line) not in lines and not lines.add((site.path, site.line))
        ]
        print(f"{module}: {len(found)} tokens, of which {min(count, len(choices[module]))} are changed, seed {seed}")
    return choices


def build(package, modules, choices, count):
    """Builds changes of each module until as many as asked for compile, and returns those."""
    spare = count // 4 + 2
    for module in modules:
        choices[module] = choices[module][: 2 * (count + spare)]
    for number, mutant in enumerate((mutant for module in modules for mutant in choices[module]), 1):
        mutant.number = number
    # One module at a time, as a build that fails stops early, and before the tests, which take longest.
    steps = [("--target", module) for module in modules] + [("--build-tests",)]
    while True:
        mutants = [mutant for module in modules for mutant in choices[module][: count + spare]]
        package.write(modules, mutants)
        failed = package.build(*steps[0])
        if failed is None:
            steps = steps[1:]
            if not steps:
                return [mutant for module in modules for mutant in choices[module][:count]]
            continue
        refused = set()
        for path, line in failed:
            near = [mutant for mutant in mutants if mutant.path == path]
            exact = [mutant for mutant in near if mutant.line == line]
            refused |= set(exact or [mutant for mutant in near if abs(mutant.line - line) < 12] or near)
        if not refused:
            sys.exit(f"The build fails elsewhere than in a change: {sorted(failed)}")
        print(f"{len(refused)} changes do not compile", flush=True)
        # Others take their places only where too few are left, because these may not compile either.
        for module in modules:
            built = [mutant for mutant in choices[module][: count + spare] if mutant not in refused]
            rest = choices[module][count + spare :]
            choices[module] = built + rest if len(built) < count else built


def survivors(package, mutants, above):
    """Yields each mutant that no test notices, with a remark, and prints how many others there are."""
    suites, reached, times, caught = {}, {}, {}, {mutant.module: 0 for mutant in mutants}
    reached_folder = package.folder / package.scratch / "reached-mutants"

    def measure(target):
        suites[target] = package.suites(target)
        for suite in suites[target]:
            shutil.rmtree(reached_folder, ignore_errors=True)
            reached_folder.mkdir()
            passed, times[suite], output = package.test(suite, 3600, SPIKEKIT_MUTANTS_REACHED=str(reached_folder))
            if not passed:
                issues = [line for line in output.splitlines() if "recorded an issue" in line]
                sys.exit("\n".join([f"{suite} fails without any change:", *issues, output[-1000:]]))
            reached[suite] = {int(file.name) for file in reached_folder.iterdir()}
        print(f"{target}: {sum(times[suite] for suite in suites[target]):.0f} s without any change", flush=True)

    def is_noticed(mutant, suite):
        return not package.test(suite, 20 + 3 * times[suite], FAILURE, SPIKEKIT_MUTANT=str(mutant.number))[0]

    for mutant in mutants:
        own = PROGRAM_TESTS.get(mutant.module, f"{mutant.module}Tests")
        is_reached = False
        for target in [own, *(target for target in above if target != own)]:
            if target not in suites:
                measure(target)
            chosen = [suite for suite in suites[target] if mutant.number in reached[suite]]
            is_reached = is_reached or bool(chosen)
            # The quick ones first, as most changes are noticed by several.
            if any(is_noticed(mutant, suite) for suite in sorted(chosen, key=times.get)):
                caught[mutant.module] += 1
                break
        else:
            yield mutant, "" if is_reached else " (no test runs it)"
    for module, number in caught.items():
        print(f"{module}: {number} of {sum(mutant.module == module for mutant in mutants)} changes caught")


def main():
    arguments = parse_arguments()
    modules = arguments.modules.split(",")
    package = Package(modules, arguments.scratch_path, arguments.skip)
    record = package.folder / package.scratch / "surviving-mutants.json"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    if arguments.survivors:
        if not record.exists():
            sys.exit(f"{record}: there are no survivors; run without --survivors first")
        choices = {module: [] for module in modules}
        for entry in json.loads(record.read_text()):
            mutant = Mutant.found_again(entry, package.folder)
            if mutant and mutant.module in choices:
                choices[mutant.module].append(mutant)
            elif not mutant:
                print(f"{entry['path']}:{entry['line']}: has changed since: {entry['code']}")
    else:
        choices = choose(package, modules, arguments.count, arguments.seed, arguments.files)
    try:
        mutants = build(package, modules, choices, arguments.count)
        above = [target for target in arguments.above.split(",") if target]
        left = []
        record.unlink(missing_ok=True)
        for mutant, remark in survivors(package, mutants, above):
            print(f"survived{remark}: {mutant.describe(package.folder)}", flush=True)
            left.append(mutant.entry(package.folder))
            record.write_text(json.dumps(left, indent=1))
    finally:
        package.restore(modules)


if __name__ == "__main__":
    main()
