import FileTestSupport
import Testing

@testable import ArrayFiles

/// Damaged arrays: the reader throws `FileError` or returns a value.
@Suite struct NPYFuzzTests {
    @Test func npy() throws {
        let folder = try TemporaryFolder()
        let originals = try NPYArrayTests.everyType.map { elements in
            try NPYArray(shape: [2, 3], elements: elements).write(to: folder.file("a.npy"))
            return try folder.bytes("a.npy")
        }
        let fortran = NPYArrayTests.file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }\n", Array(0..<8))
        try Fuzz(seed: 103, count: 800).run(originals + [fortran], name: "a.npy") { path in
            _ = try NPYArray.read(path)
        }
    }
}
