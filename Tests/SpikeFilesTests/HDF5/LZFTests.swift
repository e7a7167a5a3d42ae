import FileTestSupport
import Testing

@testable import SpikeFiles

@Suite struct LZFTests {
    /// Literals, copies from before, copies that overlap with themselves, and long ones.
    @Test func unpacks() {
        #expect(LZF.unpacked([2, 1, 2, 3], size: 3) == [1, 2, 3])
        #expect(LZF.unpacked([2, 1, 2, 3, 0x20, 2], size: 6) == [1, 2, 3, 1, 2, 3])
        #expect(LZF.unpacked([0, 7, 0xE0, 1, 0], size: 11) == Array(repeating: 7, count: 11))
        #expect(LZF.unpacked([1, 7, 8, 0x60, 1, 0, 9], size: 8) == [7, 8, 7, 8, 7, 8, 7, 9])
        let literals = [UInt8](repeating: 31, count: 1) + (0..<32).map { UInt8($0) }
        let many = Array(repeating: literals, count: 10).flatMap { $0 }
        // A distance of 0x101 + 1.
        #expect(LZF.unpacked(many + [0x41, 1], size: 324)?.suffix(4) == [30, 31, 0, 1])
        #expect(LZF.unpacked([], size: 0) == [])
    }

    @Test(
        arguments: [
            ([2, 1, 2], 3), ([2, 1, 2, 3], 2), ([2, 1, 2, 3], 4), ([0x20, 0], 3), ([0, 1, 0x20], 4),
            ([0, 1, 0xE0, 1], 11),
            ([0, 1, 0x20, 1], 4), ([0, 1, 0x20, 0], 3), ([], 1), ([0, 1], 1 << 40),
        ] as [([UInt8], Int)])
    func refusesDamage(_ packed: [UInt8], _ size: Int) { #expect(LZF.unpacked(packed, size: size) == nil) }

    @Test(.enabled(if: Python.hasH5py), arguments: ["lzf", "lzf and more"])
    func readsWhatH5pyWrote(_ filters: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.h5")
        let (output, errors) = try Python.run(
            """
            import h5py, sys, numpy as np
            more = dict(shuffle=True, fletcher32=True) if 'more' in sys.argv[2] else {}
            random = np.random.default_rng(4)
            steps = np.cumsum(random.integers(0, 3, 50_000))
            with h5py.File(sys.argv[1], 'w') as f:
                for name, values in [('steps', steps), ('noise', random.integers(0, 2 ** 60, 50_000)), ('zeros', 0 * steps)]:
                    f.create_dataset(name, data=values, chunks=(700,), compression='lzf', **more)
            print(*steps[::100])
            """, [path, filters])
        let lines = try #require(output, "\(errors)").split(separator: "\n")
        let file = try HDF5File(path)
        let steps = try #require(try file.dataset("steps")).integers()
        #expect(steps.count == 50_000)
        #expect(
            stride(from: 0, to: steps.count, by: 100).map { steps[$0] }
                == lines[0].split(separator: " ").map { Int64($0)! })
        #expect(try file.dataset("zeros")?.integers() == Array(repeating: 0, count: 50_000))
        #expect(try file.dataset("noise")?.integers(rows: 699..<702).count == 3)
    }
}
