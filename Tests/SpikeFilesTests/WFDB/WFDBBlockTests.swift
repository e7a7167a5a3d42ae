import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Records of WFDB that are decoded in several blocks, and the sizes of samples.
@Suite struct WFDBBlockTests {
    @Test(arguments: WFDBExample.formats)
    func longRecords(_ format: Int) throws {
        let folder = try TemporaryFolder()
        let (signals, frames) = (3, 70_001)
        var samples = WFDBExample.samples(format, count: signals * frames)
        if format == 8 { samples = (0..<signals * frames).map { ($0 / signals + $0 % signals * 5) % 100 } }
        let bytes =
            format == 8
            // Differences from the sample of the same signal in the frame before.
            ? samples.indices.map {
                UInt8(truncatingIfNeeded: samples[$0] - ($0 < signals ? 0 : samples[$0 - signals]))
            }
            : WFDBExample.bytes(format, samples)
        _ = try folder.file("a.dat", bytes)
        let rows = (0..<signals).map { signal in (0..<frames).map { samples[$0 * signals + signal] } }
        let lines = rows.enumerated().map { index, row in
            "a.dat \(format) 1(2)/mV 12 0 \(format == 8 ? 0 : row[0]) \(WFDBExample.checksum(row)) 0 s\(index)\n"
        }
        let file = try RecordingFile.load(folder.file("a.hea", "a \(signals) 250 \(frames)\n" + lines.joined()))
        expectSame(file.content.doubles, rows.flatMap { $0.map { Double($0) - 2 } }, "format \(format)")
        #expect(file.summary.warnings == [])
    }

    @Test func samplesOfSomeBytes() {
        for (format, counts) in [
            (WFDBFormat.packed12, [0, 0, 1, 2, 2, 3, 4]), (.packed10, [0, 0, 1, 1, 3, 3, 4]),
            (.packed10InWords, [0, 0, 1, 2, 3, 3, 4]), (.signed16, [0, 0, 1, 1, 2, 2, 3]),
            (.signed24, [0, 0, 0, 1, 1, 1, 2]),
            (.signed32, [0, 0, 0, 0, 1, 1, 1]), (.offset8, [0, 1, 2, 3, 4, 5, 6]),
        ] {
            #expect((0...6).map { format.sampleCount(bytes: $0) } == counts, "\(format)")
        }
    }

    @Test func smallestValuesAreInvalid() {
        for (format, value) in [
            (WFDBFormat.packed12, -2048), (.packed10, -512), (.packed10InWords, -512), (.signed16, -32_768),
            (.offset8, -128), (.signed24, -8_388_608), (.signed32, -2_147_483_648), (.differences8, nil),
            (.flac24, -8_388_608), (.flac8, -128), (.bigEndian16, -32_768), (.offset16, -32_768),
        ] as [(WFDBFormat, Int32?)] {
            #expect(format.invalidValue == value, "\(format)")
        }
        let compressed: [WFDBFormat] = [.flac8, .flac16, .flac24]
        #expect(compressed.allSatisfy(\.isCompressed) && !WFDBFormat.packed10InWords.isCompressed)
        #expect(
            !WFDBFormat.packed10InWords.isCompressed && WFDBFormat.packed10.isPacked && !WFDBFormat.signed16.isPacked)
    }
}
