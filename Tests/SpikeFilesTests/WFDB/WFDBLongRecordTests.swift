import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Records that are long enough for tables of values and for threads.
@Suite struct WFDBLongRecordTests {
    @Test(arguments: WFDBExample.formats.filter { $0 != 8 }) func valuesAreThoseOfShortOnes(_ format: Int) throws {
        let folder = try TemporaryFolder()
        let frames = (1 << 17) + 5
        var samples = WFDBExample.samples(format, count: 2 * frames)
        let invalid = -(1 << ([24: 24, 32: 32, 80: 8, 212: 12, 310: 10, 311: 10][format] ?? 16)) / 2
        for index in [0, 77, 2 * frames - 2] { samples[index] = invalid }
        _ = try folder.file("a.dat", WFDBExample.bytes(format, samples))
        let signals = [0, 1].map { first in stride(from: first, to: 2 * frames, by: 2).map { samples[$0] } }
        let lines = [(7, 200), (-9, 3)].enumerated().map { place, numbers in
            "a.dat \(format) \(numbers.1)(\(numbers.0))/mV 12 0 \(signals[place][0]) "
                + "\(WFDBExample.checksum(signals[place])) 0 s\(place)\n"
        }
        let file = try RecordingFile.load(folder.file("a.hea", "a 2 250 \(frames)\n" + lines.joined()))
        let expected =
            signals[0].map { $0 == invalid ? .nan : (Double($0) - 7) / 200 }
            + signals[1].map { $0 == invalid ? .nan : (Double($0) + 9) / 3 }
        expectSame(file.content.doubles, expected, "format \(format)")
        #expect(file.summary.warnings.allSatisfy { !$0.contains("checksum") }, "\(file.summary.warnings)")
    }
}
