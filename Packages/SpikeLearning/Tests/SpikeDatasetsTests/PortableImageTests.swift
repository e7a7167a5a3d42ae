import SpikeDatasets
import TestSupport
import Testing

/// Values by hand, after the manual pages pbm, pgm and ppm of Netpbm.
@Suite struct PortableImageTests {
    private let folder = try! TemporaryFolder()

    private func read(_ text: String, _ bytes: [UInt8] = []) throws -> Image {
        try ImageFile.read(folder.file("a.pnm", Array(text.utf8) + bytes))
    }

    private func grey(_ height: Int, _ width: Int, _ values: [UInt8]) -> Image {
        Image(channels: 3, height: height, width: width, pixels: values + values + values)
    }

    @Test func textOfGreysAndColours() throws {
        let commented = "P2 # a comment\n# another\n3 2\n# the greatest\n15\n0 1 2\n3 # in between\n 14 15"
        #expect(try read(commented) == grey(2, 3, [0, 17, 34, 51, 238, 255]))
        #expect(
            try read("P3\n2 1\n255\n255 0 10   20 30 40\n")
                == Image(channels: 3, height: 1, width: 2, pixels: [255, 20, 0, 30, 10, 40]))
        #expect(try read("P2 2 1 65535 65535 257") == grey(1, 2, [255, 1]))
        // A carriage return ends a comment, too.
        #expect(try read("P2 #x\r1 1 1 1") == grey(1, 1, [255]))
    }

    @Test func bytesOfAnyGreatestValue() throws {
        #expect(try read("P5 3 1 100\n", [0, 50, 100]) == grey(1, 3, [0, 128, 255]))
        #expect(try read("P5 # c\n3 1 # d\n1\n", [0, 1, 0]) == grey(1, 3, [0, 255, 0]))
        #expect(try read("P5 2 1 65535\n", [0xFF, 0xFF, 0x01, 0x01]) == grey(1, 2, [255, 1]))
        #expect(try read("P5 2 1 256\n", [0x01, 0x00, 0x00, 0x80]) == grey(1, 2, [255, 128]))
        #expect(
            try read("P6 1 1 1000\n", [0x03, 0xE8, 0x00, 0x00, 0x01, 0xF4])
                == Image(channels: 3, height: 1, width: 1, pixels: [255, 0, 128]))
        // Only one space ends the header: what follows may look like one.
        #expect(try read("P5 2 1 255\n", [0x0A, 0x23]) == grey(1, 2, [10, 35]))
    }

    @Test func bitsAreInk() throws {
        let expected = grey(
            2, 10, [0, 255, 0, 255, 255, 255, 255, 255, 255, 0] + [UInt8](repeating: 255, count: 9) + [0])
        #expect(try read("P1\n10 2\n1010000001\n0 0 0 0 0 0 0 0 0 1") == expected)
        #expect(try read("P4 10 2\n", [0b1010_0000, 0b0100_0000, 0, 0b0100_0000]) == expected)
    }

    @Test func flawsAreNamed() throws {
        func flaw(_ text: String, _ bytes: [UInt8] = []) -> String { message { _ = try read(text, bytes) } ?? "none" }
        #expect(flaw("P2 2 1 9 1").contains("cut short") && flaw("P5 2 1 9\n", [1]).contains("cut short"))
        #expect(flaw("P5 2 1 999\n", [1, 1, 1]).contains("cut short") && flaw("P4 9 1\n", [1]).contains("cut short"))
        #expect(flaw("P2 1 1 9 10").contains("a value is 10, its greatest is 9"))
        #expect(flaw("P5 1 1 9\n", [10]).contains("a value is 10, its greatest is 9"))
        #expect(flaw("P2 2 1 9 1 x").contains("value 2 is not a number"))
        #expect(flaw("P1 2 1 12").contains("value 2 is not a number"))
        #expect(flaw("P2 1 1 0 0").contains("greatest value must be 1 to 65535, not 0"))
        #expect(flaw("P2 1 1 65536 0").contains("not 65536"))
        #expect(flaw("P3 0 1 255").contains("is empty"))
        #expect(flaw("P2 99999999999999999999 1 255 0").contains("scale it down"))
    }
}
