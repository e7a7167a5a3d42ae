import FileTestSupport
import Foundation
import Testing

@testable import SpikeFiles

/// HDF5 files that h5py wrote, read without libhdf5.
@Suite(.enabled(if: Python.hasH5py)) struct HDF5FileTests {
    private func written(_ program: String, _ folder: TemporaryFolder, _ arguments: [String] = []) throws -> HDF5File {
        let path = folder.file("a.h5")
        let start = "import h5py, sys, numpy as np\npath = sys.argv[1]\n"
        let (output, errors) = try Python.run(start + program, [path] + arguments)
        try #require(output != nil, "\(errors)")
        return try HDF5File(path)
    }

    /// Where h5py puts chunks follows from which axes may grow, and from the version of the format.
    @Test(arguments: ["earliest", "v108", "v110", "latest"], ["", "gzip", "all"])
    func layouts(_ version: String, _ filters: String) throws {
        let folder = try TemporaryFolder()
        let file = try written(
            """
            options = {'': {}, 'gzip': dict(compression='gzip'), 'all': dict(compression='gzip', shuffle=True, fletcher32=True)}
            options = options[sys.argv[3]]
            a = np.arange(7 * 11 * 5, dtype='i2').reshape(7, 11, 5)
            with h5py.File(path, 'w', libver=(sys.argv[2], 'latest')) as f:
                f['contiguous'] = a
                f.create_dataset('single', data=a, chunks=(7, 11, 5), **options)
                f.create_dataset('fixed', data=a, chunks=(2, 3, 5), **options)
                f.create_dataset('capped', data=a, chunks=(2, 3, 5), maxshape=(9, 20, 8), **options)
                f.create_dataset('extensible', data=a, chunks=(2, 3, 2), maxshape=(None, 11, 5), **options)
                f.create_dataset('columns', data=a, chunks=(2, 3, 2), maxshape=(7, None, 9), **options)
                f.create_dataset('tree', data=a, chunks=(2, 3, 2), maxshape=(None, None, 5), **options)
                long = np.arange(100_003, dtype='i4')
                f.create_dataset('long fixed', data=long, chunks=(20,), **options)
                f.create_dataset('long extensible', data=long, chunks=(20,), maxshape=(None,), **options)
                f.create_dataset('long tree', data=long.reshape(-1, 1), chunks=(20, 1), maxshape=(None, None), **options)
                filled = f.create_dataset('gaps', (50_000,), 'i4', chunks=(2,), maxshape=(None,), fillvalue=7, **options)
                filled[49_000:49_003] = [1, 2, 3]
                fixed = f.create_dataset('fixed gaps', (50_000,), 'i4', chunks=(2,), fillvalue=-3, **options)
                fixed[49_000:49_003] = [1, 2, 3]
                f.create_dataset('unwritten', (3,), 'i4', fillvalue=9)
            """, folder, [version, filters])
        let expected = (0..<7 * 11 * 5).map { Int64($0) }
        for name in ["contiguous", "single", "fixed", "capped", "extensible", "columns", "tree"] {
            let dataset = try #require(try file.dataset(name))
            #expect(dataset.shape == [7, 11, 5], "\(name)")
            #expect(try dataset.integers() == expected, "\(name)")
            #expect(try dataset.integers(rows: 3..<6) == Array(expected[165..<330]), "\(name)")
        }
        for name in ["long fixed", "long extensible", "long tree"] {
            let dataset = try #require(try file.dataset(name))
            #expect(try dataset.integers() == (0..<100_003).map { Int64($0) }, "\(name)")
            #expect(try dataset.integers(rows: 70_001..<70_101) == (70_001..<70_101).map { Int64($0) }, "\(name)")
        }
        for (name, fill) in [("gaps", Int64(7)), ("fixed gaps", -3)] {
            var values = Array(repeating: fill, count: 50_000)
            values.replaceSubrange(49_000..<49_003, with: [1, 2, 3])
            #expect(try file.dataset(name)?.integers() == values, "\(name)")
        }
        #expect(try file.dataset("unwritten")?.integers() == [9, 9, 9])
    }

    @Test(arguments: ["earliest", "latest"])
    func types(_ version: String) throws {
        let folder = try TemporaryFolder()
        let file = try written(
            """
            with h5py.File(path, 'w', libver=(sys.argv[2], 'latest')) as f:
                for kind in '<f2 >f2 <f4 >f4 <f8 >f8'.split():
                    f[kind] = np.array([0, -1.5, 6e-8, np.inf, 65504, 0.1], kind)
                for kind in '<i1 <i2 >i2 <i4 >i4 <i8 >i8'.split():
                    f[kind] = np.array([0, -1, 127, -128], kind)
                for kind in '<u1 <u2 >u2 <u4 >u4 <u8 >u8'.split():
                    f[kind] = np.array([0, 200], kind)
                f['largest'] = np.uint64(2**64 - 1)
                f['truth'] = np.array([True, False])
                f['fixed text'] = np.array([b'zero', b'on\\xc3\\xa9', b''])
                f['text'] = ['zero', 'oné', '']
                f['one text'] = 'hello'
                f['complex'] = np.array([1j])
                f['records'] = np.array([(1, 2.5), (3, 4.5)], [('a', '<i2'), ('value', '<f8')])
                f['none'] = np.zeros((0, 3), 'i4')
                f['null'] = h5py.Empty('f4')
                f['named type'] = np.dtype('<i2')
                f.create_dataset('of named type', data=[5, 6], dtype=f['named type'])
            """, folder, [version])
        for (size, type) in [(2, "f2"), (4, "f4"), (8, "f8")] {
            for order in ["<", ">"] {
                let dataset = try #require(try file.dataset(order + type))
                #expect(dataset.type == .float(size: size, isBigEndian: order == ">"))
                let values = try dataset.doubles()
                let tenth = size == 2 ? 0.0999755859375 : size == 4 ? Double(Float(0.1)) : 0.1
                let small = size == 2 ? 5.9604644775390625e-08 : size == 4 ? Double(Float(6e-8)) : 6e-8
                #expect(values == [0, -1.5, small, .infinity, 65504, tenth], "\(order)\(type)")
            }
        }
        for name in ["<i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8"] {
            #expect(try file.dataset(name)?.integers() == [0, -1, 127, -128], "\(name)")
            #expect(try file.dataset(name)?.doubles() == [0, -1, 127, -128], "\(name)")
        }
        for name in ["<u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"] {
            #expect(try file.dataset(name)?.integers() == [0, 200], "\(name)")
        }
        #expect(try file.dataset("largest")?.doubles() == [18_446_744_073_709_551_615])
        #expect(try file.dataset("largest")?.shape == [])
        #expect(try file.dataset("truth")?.integers() == [1, 0])
        #expect(try file.dataset("fixed text")?.texts() == ["zero", "oné", ""])
        #expect(try file.dataset("text")?.texts() == ["zero", "oné", ""])
        #expect(try file.dataset("one text")?.texts() == ["hello"])
        #expect(try file.dataset("none")?.integers() == [])
        #expect(try file.dataset("null")?.doubles() == [])
        #expect(try file.dataset("of named type")?.integers() == [5, 6])
        #expect(try file.dataset("named type") == nil)
        #expect(try file.dataset("missing") == nil)
        #expect(
            try file.dataset("records")?.type
                == .record(
                    size: 10,
                    [
                        HDF5Type.Field(
                            name: "a", offset: 0, type: .integer(size: 2, isSigned: true, isBigEndian: false)),
                        HDF5Type.Field(name: "value", offset: 2, type: .float(size: 8, isBigEndian: false)),
                    ]))
        #expect(throws: FileError.self) { try file.dataset("complex")?.doubles() }
        #expect(throws: FileError.self) { try file.dataset("<f4")?.integers() }
        #expect(throws: FileError.self) { try file.dataset("text")?.sequences() }
    }

    @Test(arguments: ["earliest", "latest"], [3, 200, 3000])
    func groups(_ version: String, _ count: Int) throws {
        let folder = try TemporaryFolder()
        let file = try written(
            """
            with h5py.File(path, 'w', libver=(sys.argv[2], 'latest'), userblock_size=512) as f:
                for index in range(int(sys.argv[3])):
                    f[f'group/inner/number {index}'] = index
                f['soft'] = h5py.SoftLink('/group/inner')
                f['group/beside'] = h5py.SoftLink('inner/number 1')
                f['round'] = h5py.SoftLink('/round')
                f['lost'] = h5py.SoftLink('/nothing')
                f['other'] = h5py.ExternalLink('b.h5', '/x')
            """, folder, [version, "\(count)"])
        #expect(try file.names(in: "") == ["group", "lost", "other", "round", "soft"])
        #expect(try file.names(in: "/group/inner").count == count)
        for index in 0..<count {
            #expect(try file.dataset("group/inner/number \(index)")?.integers() == [Int64(index)])
        }
        #expect(try file.dataset("soft/number 2")?.integers() == [2])
        #expect(try file.dataset("group/beside")?.integers() == [1])
        #expect(try file.has("lost") == false)
        #expect(throws: FileError.self) { try file.dataset("round") }
        #expect(throws: FileError.self) { try file.dataset("other") }
    }

    @Test func refusals() throws {
        let folder = try TemporaryFolder()
        let file = try written(
            """
            with h5py.File(path, 'w') as f:
                f.create_dataset('offset', data=np.arange(1000), scaleoffset=0, chunks=(10,))
                f['x'] = 1.0
                layout = h5py.VirtualLayout((2,), 'f8')
                layout[0] = h5py.VirtualSource(f['x'])
                f.create_virtual_dataset('virtual', layout)
                f.create_dataset('outside', (5,), 'i4', external=[(path + '.raw', 0, 20)])
            """, folder)
        func problem(_ name: String) -> String {
            do {
                _ = try file.dataset(name)?.doubles()
                return "none"
            } catch { return "\(error)" }
        }
        #expect(problem("offset").contains("dataset offset is compressed by scale-offset"))
        #expect(problem("virtual").contains("dataset virtual is virtual"))
        #expect(problem("outside").contains("dataset outside is in another file"))
    }
}
