import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// Files in the published layout, which h5py writes, in each precision of times.
@Suite(.leavesNothing) struct HeidelbergFilesTests {
    private let folder = try! TemporaryFolder()

    /// Writes a file, and prints the counts that a plain loop over its spikes gives: per recording, all cells.
    private static let writer = """
        import gzip, h5py, sys, numpy as np
        path, precision, seed, count, steps, flaw = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]), sys.argv[6]
        random = np.random.default_rng(seed)
        times = [random.uniform(-0.01, 1.45, random.integers(0, 400)).astype(precision) for _ in range(count)]
        # Spikes on the edges of steps, in one cell, and after the end.
        times[0] = np.array([0, 1.36914, 1.36914 / steps, 0.5, 0.5, 0.5, 2], precision)
        units = [random.integers(0, 700, len(t)).astype('u2') for t in times]
        units[0][:] = [0, 699, 3, 5, 5, 5, 1]
        labels = random.integers(0, 20, count).astype('u2')
        if flaw == 'label': labels[2] = 20
        if flaw == 'unit': units[1] = np.append(units[1], 700).astype('u2'); times[1] = np.append(times[1], 0).astype(precision)
        if flaw == 'time': times[1] = np.append(times[1], np.nan).astype(precision); units[1] = np.append(units[1], 0).astype('u2')
        with h5py.File(path, 'w') as f:
            for name, values, kind in (('times', times, precision), ('units', units, 'u2')):
                data = f.create_dataset('spikes/' + name, (count,), h5py.vlen_dtype(np.dtype(kind)))
                for i, value in enumerate(values): data[i] = value
            if flaw != 'nolabels': f['labels'] = labels
            f['extra/speaker'] = np.arange(count, dtype='u2') % 12
            f['extra/keys'] = np.array([f'word {i}'.encode() for i in range(19 if flaw == 'keys' else 20)])
        if flaw == 'gzip':
            with open(path, 'rb') as f, gzip.open(path + '.gz', 'wb') as g: g.write(f.read())
            import os; os.remove(path)
        for t, u in zip(times, units):
            cells = np.zeros((steps, 700), int)
            for time, unit in zip(t, u):
                if unit < 700 and time == time:
                    cells[min(max(int(np.floor(float(time) / (1.36914 / steps))), 0), steps - 1), unit] += 1
            print(*[f'{s}:{c}:{cells[s, c]}' for s, c in zip(*np.nonzero(cells))])
        print(*labels)
        """

    @discardableResult
    private func put(
        _ name: String, _ precision: String = "f2", seed: Int = 1, count: Int = 6, steps: Int = 100, flaw: String = "-"
    ) throws -> (counts: [[String]], labels: [Int]) {
        let output = try Python.run(
            Self.writer, [folder.file(name), precision, "\(seed)", "\(count)", "\(steps)", flaw])
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.split(separator: " ").map(String.init)
        }
        return (Array(lines[..<count]), lines[count].map { Int($0)! })
    }

    @Test(.enabled(if: Python.hasH5py), arguments: ["f2", "f4", "f8"], [100, 7])
    func noSpikeIsLost(_ precision: String, _ steps: Int) throws {
        let seed = Int.random(in: 0..<100_000)
        let train = try put("shd_train.h5", precision, seed: seed, steps: steps)
        let test = try put("shd_test.h5", precision, seed: seed + 1, count: 3, steps: steps, flaw: "gzip")
        let files = HeidelbergFiles.digits
        #expect(files.path(in: folder.path) == folder.path)
        let dataset = try files.read("SHD", from: folder.path, stepCount: steps)
        #expect(dataset.classNames == (0..<20).map { "word \($0)" })
        for (split, expected) in [(dataset.train, train), (dataset.test, test)] {
            #expect(split.classIndices == expected.labels && split.channelCount == 700 && split.stepCount == steps)
            #expect(split.speakers == Array(0..<split.count))
            for index in 0..<split.count {
                let sparse = split.sparseCounts(of: index)
                #expect(
                    sparse.map { "\($0.step):\($0.channel):\($0.count)" } == expected.counts[index],
                    "seed \(seed), recording \(index)")
                #expect(sparse.reduce(0) { $0 + $1.count } == split.spikeCount(of: index))
                let dense = split.counts(of: index)
                #expect(dense.reduce(0, +) == Int32(split.spikeCount(of: index)))
                #expect(sparse.allSatisfy { dense[$0.step * 700 + $0.channel] == $0.count })
            }
            let tensor = try split.tensor(at: [2, 0])
            #expect(tensor.shape == [steps, 2, 700])
            let values = try tensor.elements(as: Float.self)
            for (place, index) in [2, 0].enumerated() {
                let dense = split.counts(of: index)
                #expect(
                    (0..<steps * 700).allSatisfy {
                        values[$0 / 700 * 1400 + place * 700 + $0 % 700] == Float(dense[$0])
                    })
            }
        }
        // Times on the edges, in one cell, before 0 and after the end.
        let first = dataset.train.sparseCounts(of: 0).map { "\($0.step):\($0.channel):\($0.count)" }
        #expect(first.contains("0:0:1") && first.contains("\(steps - 1):699:1") && first.contains("\(steps - 1):1:1"))
        #expect(first.contains { $0.hasSuffix(":5:3") }, "three spikes of one cell are three")
        let taken = dataset.train.taking([3, 1])
        #expect(taken.classIndices == [3, 1].map { dataset.train.classIndices[$0] } && taken.speakers == [3, 1])
        #expect(
            taken.counts(of: 0) == dataset.train.counts(of: 3) && taken.counts(of: 1) == dataset.train.counts(of: 1))
        #expect(dataset.train.limited(.first(2)).count == 2)
    }

    @Test(
        .enabled(if: Python.hasH5py),
        arguments: [
            ("label", "shd_train.h5, label 2: is 20, but there are classes 0 to 19 only"),
            ("unit", "recording 1: a spike is on channel 700, but there are channels 0 to 699 only"),
            ("time", "recording 1: the time of a spike is not finite"),
            ("keys", "dataset extra/keys: names 19 classes, not 20"),
            ("nolabels", "dataset labels: is not there, and a classifier needs it"),
        ]) func flawsAreNamed(_ flaw: String, _ text: String) throws
    {
        try put("shd_train.h5", flaw: flaw)
        try put("shd_test.h5")
        let found = message { _ = try HeidelbergFiles.digits.read("SHD", from: folder.path, stepCount: 10) }
        #expect(found?.contains(text) == true, "\(found ?? "")")
    }

    @Test func otherFilesAreRefused() throws {
        #expect(HeidelbergFiles.commands.path(in: folder.path) == nil)
        for part in ["train", "test", "valid"] { try folder.file("ssc_\(part).h5.gz", Array("nothing".utf8)) }
        #expect(HeidelbergFiles.commands.path(in: folder.path) == folder.path)
        let flaw = message { _ = try HeidelbergFiles.commands.read("SSC", from: folder.path, stepCount: 10) }
        #expect(flaw?.contains("ssc_train.h5.gz") == true)
        let steps = message { _ = try HeidelbergFiles.commands.read("SSC", from: folder.path, stepCount: 0) }
        #expect(steps?.contains("spikes are counted in 1 to 1048576 steps, got 0") == true)
    }
}
