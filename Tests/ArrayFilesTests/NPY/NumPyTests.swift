import FileTestSupport
import Foundation
import Testing

@testable import ArrayFiles

/// NumPy reads what we write, and we read what it writes.
@Suite struct NumPyTests {
    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let (output, errors) = try Python.run(program, arguments)
        return try #require(output, "\(errors)")
    }

    @Test(
        .enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"),
        arguments: NPYArrayTests.everyType)
    func numPyReadsOurArrays(_ elements: NPYArray.Elements) throws {
        let folder = try TemporaryFolder()
        for shape in [[6], [2, 3], [3, 2, 1]] {
            let array = NPYArray(shape: shape, elements: elements)
            try array.write(to: folder.file("a.npy"))
            let lines = try run(
                """
                import numpy, sys
                a = numpy.load(sys.argv[1])
                print(a.dtype.str[1:], list(a.shape), a.flags.c_contiguous)
                numpy.save(sys.argv[2], numpy.asfortranarray(a.astype(a.dtype.newbyteorder('>'))))
                print(' '.join(repr(float(x)) for x in a.ravel()))
                """, [folder.file("a.npy"), folder.file("b.npy")]
            ).split(separator: "\n")
            #expect(lines[0] == "\(elements.typeCode) \(shape) True")
            #expect(lines[1].split(separator: " ").map { Double($0) } == array.doubles())
            #expect(try NPYArray.read(folder.file("b.npy")) == array)
        }
    }
}
