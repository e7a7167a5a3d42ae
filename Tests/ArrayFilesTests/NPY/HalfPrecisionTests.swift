import FileTestSupport
import Testing

@testable import ArrayFiles

@Suite struct HalfPrecisionTests {
    @Test func knownNumbers() {
        let numbers: [(UInt16, Float)] = [
            (0, 0), (0x3C00, 1), (0xC000, -2), (0x3555, 0.333_251_95), (0x7BFF, 65504), (0x0400, 0x1p-14),
            (0x0001, 0x1p-24), (0x83FF, -0x3FFp-24), (0x7C00, .infinity), (0xFC00, -.infinity),
        ]
        for (bits, number) in numbers { #expect(HalfPrecision.float(bits) == number) }
        #expect(HalfPrecision.float(0x8000).sign == .minus && HalfPrecision.float(0x7E00).isNaN)
        // The bits of a NaN stay.
        #expect(HalfPrecision.float(0x7E01).bitPattern == 0x7FC0_2000)
        #expect(HalfPrecision.float(0xFF55).bitPattern == 0xFFEA_A000)
    }

    @Test(.enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"))
    func allNumbersAreThoseOfNumPy() throws {
        let folder = try TemporaryFolder()
        for order in ["<", ">"] {
            let (output, errors) = try Python.run(
                """
                import numpy, sys
                half = numpy.arange(65536, dtype='u2').view('f2')
                numpy.save(sys.argv[1], half.astype(sys.argv[3] + 'f2'))
                numpy.save(sys.argv[2], half.astype('f4'))
                """, [folder.file("half.npy"), folder.file("single.npy"), order])
            _ = try #require(output, "\(errors)")
            let (half, single) = try (NPYArray.read(folder.file("half.npy")), NPYArray.read(folder.file("single.npy")))
            guard case .float32(let ours) = half.elements, case .float32(let theirs) = single.elements else {
                Issue.record("not Float32")
                return
            }
            #expect(zip(ours, theirs).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            #expect(ours.count == 65536)
        }
    }
}
