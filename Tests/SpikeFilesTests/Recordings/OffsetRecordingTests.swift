import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Values that Float32 alone would lose: far from zero, and moving little.
@Suite struct OffsetRecordingTests {
    /// 2³⁰ + 20·sin(i/9), cut to whole numbers.
    static let counts = (0..<2000).map { Int32(1 << 30) + Int32(20 * sin(Double($0) / 9)) }
    /// An air pressure in pascals.
    static let pressure = (0..<500).map { 101_325 + 0.003 * sin(Double($0) / 20) }

    private func values(_ signal: Signal) -> [Double] {
        (0..<signal.channelCount).flatMap { channel in
            (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) }
        }
    }

    @Test func wholeNumbersOfEveryWidthAreExact() throws {
        let folder = try TemporaryFolder()
        let expected = Self.counts.map { Double($0) }
        let arrays: [NPYArray.Elements] = [
            .int32(Self.counts), .int64(Self.counts.map { Int64($0) }), .uint32(Self.counts.map { UInt32($0) }),
            .uint64(Self.counts.map { UInt64($0) }), .float64(expected),
        ]
        for elements in arrays {
            let path = folder.file("a.npy")
            try NPYArray(shape: [2, 1000], elements: elements).write(to: path)
            let signal = try RecordingFile.read(path)
            #expect(values(signal) == expected, "\(elements.typeCode)")
            #expect(signal.channelOffsets.count == 2)
            #expect(Set(signal.values).count > 20)
        }
    }

    @Test func doublesAreKept() throws {
        let folder = try TemporaryFolder()
        let rows = Self.pressure.map { "\($0)" }.joined(separator: "\n")
        for path in [try folder.file("a.csv", "pressure (Pa)\n\(rows)\n"), folder.file("a.npy")] {
            if path.hasSuffix("npy") {
                try NPYArray(shape: [500], elements: .float64(Self.pressure)).write(to: path)
            }
            let signal = try RecordingFile.read(path)
            #expect(values(signal) == Self.pressure)
            // Differences of at most 0.006 in Float32 are off by 2⁻³³ at most.
            let offset = try #require(signal.channelOffsets.first)
            #expect(zip(signal.values, Self.pressure).allSatisfy { abs(offset + Double($0) - $1) <= 0x1p-33 })
        }
    }

    @Test func float32FilesNearZeroAreReadAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let floats = (0..<100).map { 10 + sin(Float($0)) }
        try NPYArray(shape: [100], elements: .float32(floats)).write(to: folder.file("a.npy"))
        let signal = try RecordingFile.read(folder.file("a.npy"))
        #expect(signal.values == floats && signal.channelOffsets.isEmpty && signal.exactValues == nil)
    }

    /// Counts of a 24-bit converter are exact in Float32, but a threshold added to them is not. Spikes and decoded values
    /// are those of the same recording near zero.
    @Test(arguments: [Float(0.4), 0.75, 1.3])
    func countsFarFromZeroEncodeAsNearZero(threshold: Float) throws {
        let folder = try TemporaryFolder()
        let near = (0..<2000).map { (20 * sin(Double($0) / 9)).rounded() }
        let far = near.map { Int32(16_000_000 + $0) }
        try NPYArray(shape: [2000], elements: .int32(far)).write(to: folder.file("far.npy"))
        try NPYArray(shape: [2000], elements: .float32(far.map(Float.init))).write(to: folder.file("far32.npy"))
        let codec = try StepForward(threshold: [threshold])
        let expected = try codec.encode(Signal(channels: [near.map(Float.init)]))
        let decoded = try expected.decode()
        for name in ["far.npy", "far32.npy"] {
            let encoded = try codec.encode(RecordingFile.read(folder.file(name)))
            #expect(encoded.spikes == expected.spikes)
            let found = try encoded.decode()
            // Sums of a threshold from another start round differently, by at most 2000 half units of 2⁻¹⁸.
            for sample in 0..<2000 {
                let difference = found.value(ofChannel: 0, sample: sample) - 16_000_000 - Double(decoded[0, sample])
                #expect(abs(difference) < 0.01)
            }
        }
    }

    /// What is written holds the large values again: text and arrays in double precision, WAV in 64 bits.
    @Test(arguments: ["csv", "npy", "wav"]) func whatIsWrittenHoldsThem(_ type: String) throws {
        let folder = try TemporaryFolder()
        let signal = Signal(
            exactValues: Self.pressure + Self.pressure.map { $0 - 101_325 }, channelCount: 2, samplingRate: 50,
            channelNames: ["a", "b"])
        let decoded = try StepForward(threshold: 0.0005).encode(signal).decode()
        let path = folder.file("a.\(type)")
        try RecordingFile.write(decoded, to: path)
        let read = try RecordingFile.read(path, samplingRate: 50)
        // The offset adds a rounding of 2⁻³⁶ to sums near 101,325.
        #expect(zip(values(read), values(decoded)).allSatisfy { abs($0 - $1) <= 0x1p-36 })
        #expect(values(read).prefix(500).allSatisfy { $0 > 101_324 })
        if type == "npy" {
            guard case .float64 = try NPYArray.read(path).elements else {
                Issue.record("an offset needs float64")
                return
            }
        }
    }

    /// - Parameter format: As WAV has it: 1 for whole numbers, 3 for floats.
    private func wav<Number>(_ samples: [Number], format: UInt16) -> [UInt8] {
        func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let size = UInt32(MemoryLayout<Number>.size)
        let content = samples.withUnsafeBytes { Array($0) }
        let header =
            bytes(format) + bytes(1 as UInt16) + bytes(8000 as UInt32) + bytes(8000 * size) + bytes(UInt16(size))
            + bytes(UInt16(8 * size))
        return Array("RIFF".utf8) + bytes(UInt32(36 + content.count)) + Array("WAVEfmt ".utf8) + bytes(16 as UInt32)
            + header + Array("data".utf8) + bytes(UInt32(content.count)) + content
    }

    @Test(arguments: [1, 3] as [UInt16]) func audioOfMoreThanFloat32(_ format: UInt16) throws {
        let folder = try TemporaryFolder()
        // Whole numbers of 32 bits near 2³⁰, as fractions of 2³¹.
        let expected = Self.counts.map { Double($0) * 0x1p-31 }
        let path = try folder.file(
            "a.wav", format == 1 ? wav(Self.counts, format: 1) : wav(expected, format: 3))
        let signal = try RecordingFile.read(path)
        #expect(values(signal) == expected)
        #expect(signal.channelOffsets == [0.5])
    }

    @Test func ordinaryRecordingsAreWrittenAsBefore() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(channels: [[0.1, 1e9, -3]], samplingRate: 4)
        try RecordingFile.write(signal, to: folder.file("a.csv"))
        #expect(
            try String(decoding: folder.bytes("a.csv"), as: UTF8.self)
                == "time_s,channel 0\n0.0,0.1\n0.25,1e+09\n0.5,-3.0\n")
        try RecordingFile.write(signal, to: folder.file("a.npy"))
        #expect(try NPYArray.read(folder.file("a.npy")).elements == .float32([0.1, 1e9, -3]))
    }

    /// What was read is written with all its digits.
    @Test func textKeepsTheDigits() throws {
        let folder = try TemporaryFolder()
        let signal = try withFile("a.csv", "v\n0.123456789012\n7\n") { try RecordingFile.read($0) }
        try RecordingFile.write(signal, to: folder.file("b.csv"))
        #expect(try String(decoding: folder.bytes("b.csv"), as: UTF8.self) == "v\n0.123456789012\n7.0\n")
    }

    @Test func startsAreKeptInText() throws {
        let folder = try TemporaryFolder()
        let text = "time_ms,v\n" + (0..<5).map { "\(100_000 + 250 * $0),\($0)\n" }.joined()
        let signal = try withFile("a.csv", text) { try RecordingFile.read($0) }
        #expect(signal == Signal(channels: [[0, 1, 2, 3, 4]], samplingRate: 4, channelNames: ["v"], startTime: 100))
        try RecordingFile.write(signal, to: folder.file("b.csv"))
        let written = try String(decoding: folder.bytes("b.csv"), as: UTF8.self).split(separator: "\n")
        #expect(written.prefix(3) == ["time_s,v", "100.0,0.0", "100.25,1.0"])
        #expect(try RecordingFile.read(folder.file("b.csv")) == signal)
        // Times that are passed over still say when it starts.
        let uneven = try withFile("a.csv", "time,v\n3,1\n4,1\n9,1\n") { try RecordingFile.read($0, samplingRate: 2) }
        #expect(uneven.startTime == 3 && uneven.samplingRate == 2)
        let unknown = try withFile("a.csv", "time,v\nnan,1\n4,1\n9,1\n") { try RecordingFile.read($0, samplingRate: 2) }
        #expect(unknown.startTime == 0)
        let rows = try withFile("a.csv", "time,a,b\n7.5,1,2\n8,3,4\n") { try ObservationFile.read($0) }
        #expect(rows.startTime == 7.5 && rows.samplingRate == 2)
    }

    @Test func lateStartsAreWrittenWithoutNoise() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(channels: [[1, 2, 3]], samplingRate: 1000, startTime: 1_700_000_000.123)
        try RecordingFile.write(signal, to: folder.file("a.csv"))
        var lines = try String(decoding: folder.bytes("a.csv"), as: UTF8.self).split(separator: "\n")
        #expect(lines.dropFirst() == ["1700000000.123,1.0", "1700000000.124,2.0", "1700000000.125,3.0"])
        // Milliseconds since 1970, too.
        let rows = (0..<3).map { "\(1_700_000_000_123 + 4 * $0),\($0)\n" }.joined()
        let late = try withFile("a.csv", "time_ms,v\n" + rows) { try RecordingFile.read($0) }
        #expect(late.startTime == 1_700_000_000.123 && late.samplingRate == 250)
        try RecordingFile.write(late, to: folder.file("a.csv"))
        lines = try String(decoding: folder.bytes("a.csv"), as: UTF8.self).split(separator: "\n")
        #expect(lines.dropFirst() == ["1700000000.123,0.0", "1700000000.127,1.0", "1700000000.131,2.0"])
    }

    @Test(.enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"))
    func numPyReadsWhatWeWrite() throws {
        let folder = try TemporaryFolder()
        let signal = Signal(exactValues: Self.counts.map { Double($0) }, channelCount: 1)
        try RecordingFile.write(signal, to: folder.file("a.npy"))
        let (output, errors) = try Python.run(
            """
            import numpy as np, sys
            a = np.load(sys.argv[1])
            print(a.dtype, a.shape, np.array_equal(a[0], (2**30 + np.trunc(20*np.sin(np.arange(2000)/9)))))
            """, [folder.file("a.npy")])
        #expect(output == "float64 (1, 2000) True\n", "\(errors)")
    }

    /// Values that Float32 does not hold are written as they are, never as infinity or zero.
    @Test(arguments: [
        [1e300, 2, 3], [1e300, -1e300, 1e301], [1e39, 2e39, 1.5e39], [3.5e38, 1, 2], [1e-300, 2e-300, 0],
    ])
    func valuesBeyondFloat32AreWrittenAsDoubles(_ values: [Double]) throws {
        let folder = try TemporaryFolder()
        let signal = Signal(exactValues: values + [1, 2, 3], channelCount: 2, samplingRate: 10)
        for name in ["a.npy", "a.wav", "a.csv"] {
            let path = folder.file(name)
            try RecordingFile.write(signal, to: path)
            let found = try RecordingFile.read(path, samplingRate: 10)
            #expect((0..<3).map { found.value(ofChannel: 0, sample: $0) } == values, "\(name)")
        }
    }
}
