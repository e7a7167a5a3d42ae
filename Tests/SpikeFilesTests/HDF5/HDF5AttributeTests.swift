import FileTestSupport
import Testing

@testable import SpikeFiles

/// Attributes that h5py wrote, read without libhdf5.
@Suite(.enabled(if: Python.hasH5py)) struct HDF5AttributeTests {
    private func written(_ program: String, _ folder: TemporaryFolder, _ version: String) throws -> HDF5File {
        let path = folder.file("a.h5")
        let (output, errors) = try Python.run(
            "import h5py, sys, numpy as np\nf = h5py.File(sys.argv[1], 'w', libver=(sys.argv[2], 'latest'))\n" + program
                + "\nf.close()", [path, version])
        try #require(output != nil, "\(errors)")
        return try HDF5File(path)
    }

    /// Few attributes are in the header, many in a heap.
    @Test(arguments: ["earliest", "latest"], [0, 3, 60]) func values(_ version: String, _ others: Int) throws {
        let folder = try TemporaryFolder()
        let file = try written(
            """
            for i in range(\(others)): f.attrs[f'other {i}'] = f'value {i}' * (i + 1)
            f.attrs['text'] = '1280x720'
            f.attrs['fixed'] = np.bytes_('640x480')
            f.attrs['list'] = np.array([3, -4], 'i2')
            f.attrs['number'] = 2.5
            f.attrs['texts'] = ['a', 'bc']
            g = f.create_group('g')
            g.attrs['x'] = np.uint8(7)
            g.create_dataset('d', data=[1, 2]).attrs['unit'] = 'mV'
            """, folder, version)
        #expect(try file.attribute("text")?.texts() == ["1280x720"])
        #expect(try file.attribute("fixed")?.texts() == ["640x480"])
        #expect(try file.attribute("list")?.integers() == [3, -4])
        #expect(try file.attribute("list")?.shape == [2] && file.attribute("number")?.shape == [])
        #expect(try file.attribute("number")?.doubles() == [2.5])
        #expect(try file.attribute("texts")?.texts() == ["a", "bc"])
        #expect(try file.attribute("x", of: "g")?.integers() == [7])
        #expect(try file.attribute("unit", of: "g/d")?.texts() == ["mV"])
        #expect(try file.attribute("x") == nil && file.attribute("x", of: "h") == nil)
        for other in 0..<others {
            let text = String(repeating: "value \(other)", count: other + 1)
            #expect(try file.attribute("other \(other)")?.texts() == [text], "\(other)")
        }
        #expect(message { _ = try file.attribute("text")?.integers() }?.contains("does not consist of whole") == true)
    }

    @Test func damageIsAnError() throws {
        print("attributes: seed \(Self.seed)")
        let folder = try TemporaryFolder()
        _ = try written("for i in range(20): f.attrs[f'a{i}'] = [i, 'x' * i][i % 2]", folder, "latest")
        let fuzz = Fuzz(seed: Self.seed, count: 600)
        try fuzz.run([folder.bytes("a.h5")], name: "b.h5") { path in
            let file = try HDF5File(path)
            for index in 0..<20 {
                let value = try file.attribute("a\(index)")
                _ = try index % 2 == 0 ? value?.integers().count : value?.texts().count
            }
        }
    }

    private static let seed = UInt64.random(in: 0..<1_000_000)

    @Test func aFileThatWasCutShortIsRefused() throws {
        let folder = try TemporaryFolder()
        _ = try written("f['a'] = np.arange(1000)", folder, "earliest")
        let bytes = try folder.bytes("a.h5")
        let path = try folder.file("b.h5", Array(bytes.dropLast(1)))
        #expect(
            message { _ = try HDF5File(path) }
                == "\(path): was cut short: \(bytes.count - 1) of \(bytes.count) bytes are there")
    }
}
