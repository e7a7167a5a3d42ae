#!/usr/bin/env python3
"""Tests of the Python scripts that read what other programs print: python-tests.py"""

import importlib.util
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

root = pathlib.Path(__file__).resolve().parents[2]


def module(path):
    specification = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    loaded = sys.modules[specification.name] = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(loaded)
    return loaded


sys.dont_write_bytecode = True
slowest_tests = module(root / "Scripts" / "slowest-tests.py")
tables = module(root / "Benchmarks" / "tables.py")
mutants = module(root / "Scripts" / "tests" / "mutants.py")


class SlowestTests(unittest.TestCase):
    log = """\
◇ Test slow() started.
✔ Test quick() passed after 0.001 seconds.
✔ Test slow() passed after 12.5 seconds.
✔ Test "as LibTorch, in 3 types" with 5 test cases passed after 2.250 seconds.
✘ Test wrong(shape:) failed after 3.0 seconds with 1 issue.
✔ Suite LongSuite passed after 99.0 seconds.
✔ Test run with 4 tests in 1 suite passed after 99.1 seconds.
✔ Test waiting() passed after 300.0 seconds.
✔ Test waitingToo() passed after 299.0 seconds.
✔ Test run with 2 tests in 1 suite passed after 299.5 seconds.
"""

    def test_tests_in_order_without_suites_and_parallel_runs(self):
        expected = [(12.5, "slow()"), (3.0, "wrong(shape:)"), (2.25, '"as LibTorch, in 3 types"')]
        self.assertEqual(slowest_tests.slowest(self.log.splitlines(), 3), expected)
        self.assertEqual(len(slowest_tests.slowest(self.log.splitlines(), 10)), 4)

    def test_a_log_without_tests_is_refused(self):
        with tempfile.NamedTemporaryFile("w") as file:
            result = subprocess.run(
                [sys.executable, root / "Scripts" / "slowest-tests.py", file.name], capture_output=True, text=True
            )
        self.assertEqual(result.returncode, 1)
        self.assertIn("holds no run of tests", result.stderr)


def line(name, seconds, library="SpikeKit", **fields):
    return {
        "name": name, "library": library, "version": "", "work": 1000, "unit": "samples", "threads": 1,
        "seconds_min": seconds, "seconds_median": seconds, "rate": 1000 / seconds, "allocator": "default", **fields,
    }  # fmt: skip


class Tables(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, lines):
        path = pathlib.Path(self.folder.name, name)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return str(path)

    def test_libraries_side_by_side(self):
        path = self.file("lines", [
            line("limit/memcpy", 1, "C library", work=8000, rate=8000, unit="bytes"),
            line("codec/sf/encode", 2e-6, bytes=4e-3, spikes=250),
            line("codec/sf/encode", 1e-6, bytes=4e-3, spikes=250),
            line("codec/sf/encode", 5e-4, "other", version="1.2"),
        ])  # fmt: skip
        table = tables.side_by_side([path]).splitlines()
        self.assertEqual(
            table[0], "| measurement | threads | unit | SpikeKit | other 1.2 | ratio | bytes of memcpy's |  |")
        self.assertEqual(
            table[2], "| `codec/sf/encode` | 1 | ns per sample | 1 | 500 | 500× | 50% | 0.25 spikes per sample |")

    def test_lines_of_a_busy_machine_are_left_out_where_there_are_others(self):
        fast, slow = line("a", 1e-6, others_cpu=0.5), line("a", 2e-6)
        self.assertEqual(tables.merged([fast, slow]), slow)
        self.assertEqual(tables.merged([fast]), fast)

    def test_old_and_new(self):
        old = self.file("old", [line("a", 3e-6), line("a", 3e-6, threads=2), line("gone", 1), line("search", 0.2, unit="trials")])
        new = self.file("new", [line("a", 1e-6), line("a", 2e-6), line("search", 0.1, unit="trials", work=9)])
        table = pathlib.Path(self.folder.name, "table")
        with open(table, "w") as output:
            subprocess.run(
                [sys.executable, root / "Benchmarks" / "tables.py", "compare", old, new], stdout=output, check=True)
        text = table.read_text()
        self.assertIn("| `a` | 1 | ns per sample | 3 | 1 | 3× |", text)
        self.assertIn("| `search` | 1 | ms | 200 | 100 | 2× |", text)
        self.assertIn("Only in the old version: `gone`.", text)

    def test_a_section_is_replaced_and_all_else_kept(self):
        results = pathlib.Path(self.folder.name, "Results.md")
        results.write_text("# Title\n<!-- begin codec -->\nold\n<!-- end codec -->\nkept\n")
        path = self.file("lines", [line("codec/sf/encode", 1e-6)])
        tables.update(str(results), "codec", "run.sh codec", [path])
        text = results.read_text()
        self.assertTrue(text.startswith("# Title\n<!-- begin codec -->\n20"), text)
        self.assertTrue(text.endswith("<!-- end codec -->\nkept\n"), text)
        self.assertNotIn("old", text)
        self.assertIn("`run.sh codec`", text)
        with self.assertRaises(SystemExit) as refusal:
            tables.update(str(results), "tuning", "run.sh", [path])
        self.assertIn("<!-- begin tuning -->", str(refusal.exception))

    def test_what_is_no_measurement_is_refused_with_its_line(self):
        path = pathlib.Path(self.folder.name, "lines")
        path.write_text(json.dumps(line("a", 1)) + "\nnonsense\n")
        with self.assertRaises(SystemExit) as refusal:
            tables.read(str(path))
        self.assertIn("line 2: not a measurement", str(refusal.exception))

    def test_three_digits(self):
        texts = [tables.short(value) for value in (0, 0.0012345, 1.07, 30.04, 99.96, 710, 1234, 82_449)]
        self.assertEqual(texts, ["0", "0.00123", "1.07", "30", "100", "710", "1,230", "82,400"])


class Mutants(unittest.TestCase):
    source = """\
// 1 + 2
let a = -b + 3.5  /* 4 < 5 /* 6 */ */
for i in 0..<a where x[i] == "7 == \\(f("8", 9) + 1)" { print(#"10 \\"#, true) }
func == (a: T, b: T) -> Bool { a.first! < min(a.1, $0) }
"""

    def changes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "A.swift"
            path.write_text(self.source, encoding="utf-8")
            return list(mutants.sites("A", path, random.Random(0)))

    def test_only_code_is_changed(self):
        found = [(mutant.line, mutant.before, mutant.after) for mutant in self.changes()]
        numbers = [change for change in found if change[1] == "0"]
        self.assertEqual(
            [change for change in found if change not in numbers],
            [
                (2, "-", ""), (2, "+", "-"), (2, "3.5", "3.535"), (3, "..<", "..."), (3, "==", "!="),
                (3, "true", "false"), (4, "first", "last"), (4, "<", "<="), (4, "min", "max"),
            ],
        )
        self.assertEqual(numbers, [(3, "0", "1")])

    def test_a_changed_token_stands_behind_its_switch(self):
        plus = next(mutant for mutant in self.changes() if mutant.before == "+")
        plus.number = 7
        self.assertEqual(plus.switched, "\u2500\u2507")
        declared = mutants.declarations("A", [plus], tensors=False)
        self.assertIn("infix operator \u2500\u2507: AdditionPrecedence", declared)
        self.assertIn("if active_A(7) { a - b } else { a + b }", declared)


if __name__ == "__main__":
    unittest.main()
