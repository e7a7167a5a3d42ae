import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Writes the samples of WFDB's formats by their descriptions, independently of the reader.
enum WFDBExample {
    /// The bytes of samples in one format.
    static func bytes(_ format: Int, _ samples: [Int]) -> [UInt8] {
        func low(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        func groups(of size: Int, _ pack: ([Int]) -> [UInt8]) -> [UInt8] {
            stride(from: 0, to: samples.count, by: size).flatMap { start in
                let group = Array(samples[start..<min(samples.count, start + size)])
                let bytes = pack(group + Array(repeating: 0, count: size - group.count))
                let sizes: [Int] = size == 2 ? [2, 3] : format == 310 ? [2, 4, 4] : [2, 3, 4]
                return Array(bytes.prefix(sizes[group.count - 1]))
            }
        }
        switch format {
        case 8: return zip(samples, [0] + samples).flatMap { low($0 - $1, 1) }
        case 16: return samples.flatMap { low($0, 2) }
        case 24: return samples.flatMap { low($0, 3) }
        case 32: return samples.flatMap { low($0, 4) }
        case 61: return samples.flatMap { low($0, 2).reversed() }
        case 80: return samples.flatMap { low($0 + 128, 1) }
        case 160: return samples.flatMap { low($0 + 32_768, 2) }
        case 212:
            return groups(of: 2) { pair in
                [
                    UInt8(pair[0] & 0xFF), UInt8(pair[0] >> 8 & 15 | (pair[1] >> 8 & 15) << 4), UInt8(pair[1] & 0xFF),
                ]
            }
        case 310:
            return groups(of: 3) { three in
                low((three[0] & 1023) << 1 | (three[2] & 31) << 11, 2)
                    + low((three[1] & 1023) << 1 | (three[2] >> 5 & 31) << 11, 2)
            }
        case 311:
            return groups(of: 3) { three in
                low(three[0] & 1023 | (three[1] & 1023) << 10 | (three[2] & 1023) << 20, 4)
            }
        default: preconditionFailure("format \(format)")
        }
    }

    static let formats = [8, 16, 24, 32, 61, 80, 160, 212, 310, 311]

    /// Samples over the whole range of a format.
    static func samples(_ format: Int, count: Int) -> [Int] {
        if format == 8 { return (0..<count).map { $0 * $0 % 90 - 30 } }
        let bits = [24: 24, 32: 32, 80: 8, 212: 12, 310: 10, 311: 10][format] ?? 16
        let half = 1 << (bits - 1)
        return [half - 1, 1 - half, 0, -1] + (4..<count).map { ($0 * 7919 + 13) * 104_729 % (2 * half - 1) - half + 1 }
    }

    static func checksum(_ samples: [Int]) -> Int { Int(Int16(truncatingIfNeeded: samples.reduce(0, +))) }
}

@Suite struct WFDBRecordTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func warnings(_ name: String) throws -> [String] {
        try RecordingFile.load(folder.file(name)).summary.warnings
    }

    @Test(arguments: WFDBExample.formats, [7, 8, 9])
    func everyFormat(_ format: Int, _ count: Int) throws {
        let samples = WFDBExample.samples(format, count: count)
        _ = try folder.file("a.dat", WFDBExample.bytes(format, samples))
        let header =
            "a 1 250 \(count)\na.dat \(format) 50(3)/mV 12 0 \(format == 8 ? 0 : samples[0]) "
            + "\(WFDBExample.checksum(samples)) 0 lead"
        let file = try RecordingFile.load(folder.file("a.hea", header))
        expectSame(file.content.doubles, samples.map { (Double($0) - 3) / 50 }, "format \(format)")
        #expect(file.summary.warnings == [] && file.content.unit == "mV" && file.content.channelNames == ["lead"])
        #expect(file.content.samplingRate == 250 && file.summary.rateSource == .header)
        if Python.hasWFDB {
            let record = String(file.summary.file.dropLast(4))
            let peer = try pythonArray(
                "import wfdb\nnumpy.save(sys.argv[1], wfdb.rdrecord(sys.argv[2]).p_signal.T)", [record])
            expectSame(file.content.doubles, peer.doubles(), "wfdb, format \(format)")
        }
    }

    @Test func signalsWithoutANameHaveANumber() throws {
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [1, 2, 3, 4, 5, 6]))
        let header = "a 3 100 2\na.dat 16 1/mV 16 0 0 0 0 I\na.dat 16 1/mV\na.dat 16 1/mV\n"
        let path = try folder.file("a.hea", header.replacing("0 0 0 0 I", with: "0 0 5 0 I"))
        #expect(try RecordingFile.load(path).content.channelNames == ["I", "signal 2", "signal 3"])
        #expect(try RecordingFile.load(path, columns: ColumnSelection("signal 3")).content.doubles == [3, 6])
    }

    /// Samples that fill the last group of a packed format, or come late by the skew, are not beyond the header.
    @Test func samplesBeyondTheHeaderAreNamed() throws {
        for (format, skew, isWarned) in [(16, 0, true), (16, 1, true), (16, 2, false), (212, 0, false), (8, 0, true)] {
            _ = try folder.file("a.dat", WFDBExample.bytes(format, [1, 2, 3, 4, 5, 6]))
            let path = try folder.file("a.hea", "a 1 100 4\na.dat \(format):\(skew) 1/mV\n")
            let file = try RecordingFile.load(path)
            #expect(Array(file.content.doubles.suffix(1)) == [4])
            #expect(
                file.summary.warnings.contains {
                    $0.hasSuffix(
                        "a.dat holds 6 samples of each signal, of which its header promises 4; the others are left out")
                } == isWarned, "\(format), \(skew): \(file.summary.warnings)")
        }
    }

    @Test func severalSignalsInSeveralFiles() throws {
        let (first, second) = ([1, 10, 2, 20, 3, 30], [100, 101, 102])
        _ = try folder.file("a.d0", [0, 0, 0] + WFDBExample.bytes(16, first))
        _ = try folder.file("a.d1", WFDBExample.bytes(61, second))
        let header = """
            # a comment
            a 3 100/1000(5) 3 01:02:03.5 02/01/1970
            a.d0 16+3 10(0)/mV 16 0 1 6 0 I lead

            a.d0 16+3 10(0)/mV 16 0 10 60 0 II
            a.d1 61 1(100)/mmHg 16 0 100 303 0 ABP
            # another
            """
        let file = try RecordingFile.load(folder.file("a.hea", header))
        #expect(file.content.doubles == [0.1, 0.2, 0.3, 1, 2, 3, 0, 1, 2])
        #expect(file.content.channelNames == ["I lead (mV)", "II (mV)", "ABP (mmHg)"] && file.content.unit == nil)
        #expect(file.content.startTime == 86_400 + 3600 + 120 + 3.5 && file.summary.warnings == [])
        let chosen = try RecordingFile.load(folder.file("a"), columns: ColumnSelection("II,1"))
        #expect(chosen.content.doubles == [1, 2, 3, 0.1, 0.2, 0.3])
        #expect(chosen.content.channelNames == ["II", "I lead"] && chosen.content.unit == "mV")
    }

    @Test func missingFieldsHaveTheirDefaults() throws {
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [400, -200]))
        let file = try RecordingFile.load(folder.file("a.hea", "a 1\na.dat 16\n"))
        #expect(file.content.doubles == [2, -1] && file.content.samplingRate == 250 && file.content.unit == "mV")
        #expect(file.summary.warnings.count == 1 && file.summary.warnings[0].contains("250 Hz is taken"))
    }

    @Test func ratesThatDifferAreAveraged() throws {
        // A frame has two samples of a, then one of b.
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [1, 3, 10, 5, 9, 20, -4, -1, 30]))
        _ = try folder.file("a.hea", "a 2 100 3\na.dat 16x2 1/mV 16 0 1 13 0 a\na.dat 16 1/mV 16 0 10 60 0 b\n")
        let file = try RecordingFile.load(folder.file("a.hea"))
        // The last mean, −2.5, loses its fraction.
        #expect(file.content.doubles == [2, 7, -2, 10, 20, 30] && file.content.samplingRate == 100)
        #expect(file.summary.warnings.count == 1)
        #expect(file.summary.warnings[0].contains("a (200 Hz) is averaged to 100 Hz"))
        let alone = try RecordingFile.load(folder.file("a.hea"), columns: ColumnSelection("a"))
        #expect(alone.content.doubles == [1, 3, 5, 9, -4, -1] && alone.content.samplingRate == 200)
        #expect(alone.summary.warnings == [])
    }

    @Test func skewIsUndone() throws {
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [1, 0, 2, 0, 3, 10, 4, 20]))
        _ = try folder.file("a.hea", "a 2 100 4\na.dat 16 1 16 0 1 10 0 a\na.dat 16:2 1 16 0 0 30 0 b\n")
        let file = try RecordingFile.load(folder.file("a.hea"))
        #expect(file.content.doubles == [1, 2, 10, 20])
        #expect(
            file.summary.warnings.count == 1 && file.summary.warnings[0].contains("the last 2 samples are left out"))
    }

    @Test func wrongChecksumsAndMissingValuesAreWarnings() throws {
        _ = try folder.file("a.dat", WFDBExample.bytes(212, [5, -2048, 7]))
        _ = try folder.file("a.hea", "a 1 100 3\na.dat 212 1 12 0 5 17 0 a\n")
        let file = try RecordingFile.load(folder.file("a.hea"))
        #expect(file.content.doubles[0] == 5 && file.content.doubles[1].isNaN && file.content.doubles[2] == 7)
        #expect(file.summary.warnings.count == 2)
        #expect(file.summary.warnings[0].contains("the checksum of \"a\""))
        #expect(
            file.summary.warnings[1].contains("1 of 3 samples of channel \"a\" has no value: sample 1; it is NaN"))
    }

    @Test func segments() throws {
        for (name, samples) in [("s1", [1, 2]), ("s2", [3, 4])] {
            _ = try folder.file("\(name).dat", WFDBExample.bytes(16, samples))
            _ = try folder.file("\(name).hea", "\(name) 1 100 2\n\(name).dat 16 1 16 0 1 \(samples.reduce(0, +)) 0 a\n")
        }
        _ = try folder.file("m.hea", "m/2 1 100 4\ns1 2\ns2 2\n")
        #expect(try RecordingFile.read(folder.file("m.hea")).doubles == [1, 2, 3, 4])
        _ = try folder.file("g.hea", "g/4 1 100 104 10:00:00\n~ 50\ns1 2\ns2 2\n~ 50\n")
        let outer = try RecordingFile.load(folder.file("g.hea"))
        #expect(outer.content.doubles == [1, 2, 3, 4] && outer.content.startTime == 36_000.5)
        #expect(outer.summary.warnings == ["the gap of 0.5 s at its end is left out"])
        _ = try folder.file("i.hea", "i/3 1 100 54\ns1 2\n~ 50\ns2 2\n")
        #expect(
            message { _ = try RecordingFile.read(folder.file("i.hea")) }?.contains(
                "has a gap of 0.5 s, 0.02 s after its first sample; give --sampling-rate 100 to join") == true)
        let joined = try RecordingFile.load(folder.file("i.hea"), samplingRate: 100)
        #expect(joined.content.doubles == [1, 2, 3, 4] && joined.summary.warnings.count == 1)
    }

    @Test(arguments: [
        ("m/2 1 50 4\ns1 2\ns2 2\n", "its sampling rate is 100 Hz, and that of its record 50 Hz"),
        ("m/2 1 100 4\ns1 2\ns2 2\ns2 2\n", "line 4: follows the last of its 2 segments"),
        ("m/3 1 100 4\ns1 2\n~ \(Int.max)\ns2 2\n", "line 3: a segment is its name and its number of samples"),
    ])
    func segmentsThatContradictTheirRecord(_ header: String, _ problem: String) throws {
        for name in ["s1", "s2"] {
            _ = try folder.file("\(name).dat", WFDBExample.bytes(16, [1, 2]))
            _ = try folder.file("\(name).hea", "\(name) 1 100 2\n\(name).dat 16 1 16 0 1 3 0 a\n")
        }
        let text = try message { _ = try RecordingFile.read(folder.file("m.hea", header)) }
        #expect(text?.contains(problem) == true, "\(text ?? "")")
        let longer = try RecordingFile.load(folder.file("n.hea", "n/2 1 100 500\ns1 2\ns2 2\n"))
        #expect(longer.content.doubles == [1, 2, 1, 2])
        #expect(longer.summary.warnings == ["its header promises 500 samples, and its segments have 4"])
    }

    @Test func equalNamesInSegmentsArePairedInOrder() throws {
        _ = try folder.file("s1.dat", WFDBExample.bytes(16, [1, 10, 2, 20]))
        _ = try folder.file("s1.hea", "s1 2 100 2\ns1.dat 16 1 16 0 1 3 0 A\ns1.dat 16 1 16 0 10 30 0 A\n")
        _ = try folder.file("s2.dat", WFDBExample.bytes(16, [7, 3, 30, 8, 4, 40]))
        let signals = ["7 15 0 Z", "3 7 0 A", "30 70 0 A"].map { "s2.dat 16 1 16 0 \($0)\n" }
        _ = try folder.file("s2.hea", "s2 3 100 2\n" + signals.joined())
        let file = try RecordingFile.load(folder.file("m.hea", "m/2 2 100 4\ns1 2\ns2 2\n"))
        #expect(file.content.doubles == [1, 2, 3, 4, 10, 20, 30, 40] && file.summary.warnings == [])
    }

    @Test func invalidSamplesDoNotCountInMeans() throws {
        // Frames of two samples of a and one of b.
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [4, 8, 1, -32_768, 6, 2, -32_768, -32_768, 3]))
        _ = try folder.file("a.hea", "a 2 100 3\na.dat 16x2 1/mV\na.dat 16 1/mV\n")
        let values = try RecordingFile.load(folder.file("a.hea")).content.doubles
        #expect(values[0] == 6 && values[1] == 6 && values[2].isNaN && Array(values[3...]) == [1, 2, 3])
    }

    @Test func segmentsOfDifferentSignals() throws {
        _ = try folder.file("s1.dat", WFDBExample.bytes(16, [1, 10, 2, 20]))
        _ = try folder.file("s1.hea", "s1 2 100 2\ns1.dat 16 1 16 0 1 3 0 a\ns1.dat 16 1 16 0 10 30 0 b\n")
        _ = try folder.file("s2.dat", WFDBExample.bytes(16, [3, 4]))
        _ = try folder.file("s2.hea", "s2 1 100 2\ns2.dat 16 1 16 0 3 7 0 a\n")
        _ = try folder.file("l.hea", "l 2 100 0\n~ 0 1 16 0 0 0 0 a\n~ 0 1 16 0 0 0 0 b\n")
        _ = try folder.file("m.hea", "m/3 2 100 4\nl 0\ns1 2\ns2 2\n")
        let file = try RecordingFile.load(folder.file("m.hea"))
        #expect(file.content.doubles == [1, 2, 3, 4] && file.content.channelNames == ["a"])
        #expect(file.summary.leftOut.map(\.description) == ["column 2 \"b\" (not in all segments)"])
        let other = try RecordingFile.load(folder.file("m.hea"), columns: ColumnSelection("b"))
        #expect(other.content.doubles == [10, 20])
        #expect(other.summary.warnings == ["the gap of 0.02 s at its end is left out"])
    }

    @Test func annotations() throws {
        let words: [UInt16] = [
            22 << 10, 63 << 10 | 24,  // a note that gives the resolution of times
        ]
        func bytes(_ words: [UInt16]) -> [UInt8] { words.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
        var file = bytes(words) + Array("## time resolution: 1000".utf8)
        file += bytes([28 << 10 | 500, 63 << 10 | 3]) + Array("(N\0".utf8) + [0]
        file += bytes([1 << 10 | 250, 59 << 10, 1, 0, 5 << 10 | 464, 62 << 10 | 1, 0])
        _ = try folder.file("a.atr", file)
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [1, 2]))
        let recording = try RecordingFile.load(folder.file("a.hea", "a 1 100 2\na.dat 16 1 16 0 1 3 0 a\n"))
        #expect(
            recording.labels?.labels == [
                .init(time: 0.5, symbol: "+", note: "(N", channel: 0), .init(time: 0.75, symbol: "N", channel: 0),
                .init(time: 66.75, symbol: "V", channel: 1),
            ])
        #expect(recording.summary.description.hasSuffix("; labels: \"+\" 1, \"N\" 1, \"V\" 1"))
        // Code 0 moves the time on and is no label, as at the end of the notes of Python's wfdb.
        _ = try folder.file("a.atr", bytes([59 << 10, 0xFFFF, 0xFFFF, 1, 0 << 10 | 50, 1 << 10 | 50, 0]))
        #expect(
            try RecordingFile.load(folder.file("a.hea")).labels?.labels == [.init(time: 1, symbol: "N", channel: 0)])
        _ = try folder.file("a.atr", Array(file.dropLast(3)))
        let cut = try RecordingFile.load(folder.file("a.hea"))
        #expect(cut.labels == nil && cut.summary.warnings.count == 1)
        #expect(cut.summary.warnings[0].contains("its end is missing after 2 labels"))
    }

    @Test(arguments: [
        ("a 1 100 2\n", "describes 0 of 1 signal; its end is missing"),
        ("a 1 100 9\na.dat 16\n", "was cut short: it holds 2 samples of each signal, of 9"),
        ("a 1 100 2\na.dat 17\n", "signal 1: the format 17 is unknown"),
        ("a 1 100 2\nb.dat 16\n", "b.dat: cannot be read: there is no such file"),
        ("a 1 100 2\n../a.dat 16\n", "which is not in its folder"),
        ("a 1 x 2\na.dat 16\n", "line 1: the sampling rate is \"x\", not a number above 0"),
        ("a 1 100 x\na.dat 16\n", "line 1: the number of samples is \"x\""),
        ("a 1 100 2 25:x\na.dat 16\n", "line 1: the start is \"25:x\""),
        ("a 1 100 2 1:00 31/02/2000\na.dat 16\n", "line 1: the date of the start is \"31/02/2000\""),
        ("a 1 100 2\na.dat 16 1(x)/mV\n", "line 2: a signal is a file, a format"),
        ("# only a comment\n", "it has no line of content"), ("a\n", "line 1: is no record of WFDB"),
        ("a 0 100 2\n", "has no signals"), ("a/2 1 100 2\na 2\n", "lists 1 of 2 segments"),
        ("a/1 1 100 2\na 2\n", "is a segment, and has segments itself"),
        ("a 1 100 2\na.dat 516\n", "is no FLAC file"),
    ])
    func flawsAreNamed(_ header: String, _ problem: String) throws {
        _ = try folder.file("a.dat", WFDBExample.bytes(16, [1, 2]))
        let path = try folder.file("a.hea", header)
        let text = message { _ = try RecordingFile.read(path) }
        #expect(text?.contains(problem) == true, "\(text ?? "")")
    }

    /// The records in the folder that `SPIKEKIT_WFDB` names, such as the sample data of Python's wfdb.
    static let sampleFolder = ProcessInfo.processInfo.environment["SPIKEKIT_WFDB"]

    @Test(.enabled(if: Python.hasWFDB && sampleFolder != nil, "needs wfdb, and records in $SPIKEKIT_WFDB"))
    func recordsAreThoseOfWFDB() throws {
        let sampleFolder = try #require(Self.sampleFolder)
        let names = try FileManager.default.contentsOfDirectory(atPath: sampleFolder).filter { $0.hasSuffix(".hea") }
        try #require(!names.isEmpty)
        for name in names.sorted() {
            let path = "\(sampleFolder)/\(name)"
            let file = try RecordingFile.load(path)
            let peer = try pythonArray(
                "import wfdb\nnumpy.save(sys.argv[1], wfdb.rdrecord(sys.argv[2]).p_signal.T)",
                [String(path.dropLast(4))])
            // Samples that the skew of a signal passes over are NaN in wfdb.
            let (count, all) = (file.content.sampleCount, peer.doubles())
            let kept = (0..<file.content.channelCount).flatMap { channel in
                all[channel * peer.shape[1]..<channel * peer.shape[1] + count]
            }
            expectSame(file.content.doubles, kept, name)
            #expect(peer.shape[0] == file.content.channelCount && peer.shape[1] - count < 5, "\(name)")
            #expect(!file.summary.warnings.contains { $0.contains("checksum") }, "\(name)")
            guard FileManager.default.fileExists(atPath: path.dropLast(4) + ".atr") else { continue }
            let beats = try pythonArray(
                """
                import wfdb
                a = wfdb.rdann(sys.argv[2], 'atr')
                numpy.save(sys.argv[1], numpy.array([list(map(float, a.sample)), [ord(s) for s in a.symbol]]))
                """, [String(path.dropLast(4))])
            let labels = try #require(file.labels).labels
            let rate = try #require(file.content.samplingRate)
            #expect(
                labels.map { ($0.time * rate).rounded() } + labels.map { Double($0.symbol.unicodeScalars.first!.value) }
                    == beats.doubles(), "\(name)")
        }
    }
}
