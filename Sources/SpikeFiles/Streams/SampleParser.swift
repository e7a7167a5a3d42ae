import Foundation

/// How the samples of a stream are written.
public enum SampleFormat: String, CaseIterable, Sendable {
    /// Text: a line for each sample, with a value for each channel.
    case csv
    /// Whole numbers, little-endian, interleaved: the first sample of every channel, then the second, and so on.
    case i8, u8, i16, u16, i24, i32
    /// Floating-point numbers in the same order.
    case f32, f64

    /// The number of bytes of a value; `nil` for text.
    var valueSize: Int? {
        switch self {
        case .csv: nil
        case .i8, .u8: 1
        case .i16, .u16: 2
        case .i24: 3
        case .i32, .f32: 4
        case .f64: 8
        }
    }
}

/// Reads samples from bytes that arrive in parts of any size.
///
/// In text, values are separated by commas, semicolons or blanks, in all lines alike, and may stand in quotes; separators
/// may follow the last one. Where semicolons or blanks separate them, the decimal mark is a point or a comma, in all lines
/// alike. Lines end with LF, CRLF or CR. Empty lines and lines that begin with `#` or `%` are passed over; a first line
/// without numbers names the channels, and a second one their units; both may be repeated. Columns that were not chosen
/// need not hold numbers. Memory is bounded by the size of a part and the length of a line.
public struct SampleParser {
    /// What happens to samples that cannot be used.
    public enum BadSamples: String, CaseIterable, Sendable {
        /// The stream ends with an error.
        case stop
        /// They are left out, and counted. In text, the first two lines that agree, or one and the names, decide the number of
        /// values.
        case skip
    }

    /// The largest length of a line.
    static let lineLimit = 1 << 20

    private let name: String
    private let format: SampleFormat
    private let badSamples: BadSamples
    private var text: SampleText
    /// The start of a line or sample whose end has not arrived.
    private var rest: [UInt8] = []
    private var row: [Double] = []

    private let givenCount: Int?

    /// The number of channels; `nil` before the first sample of text.
    public var channelCount: Int? { format == .csv ? text.channelCount : givenCount ?? 1 }
    /// The names of the channels, or an empty array.
    public var channelNames: [String] { text.names }
    /// The number of samples of each channel so far.
    public private(set) var sampleCount = 0
    /// The number of samples that were left out.
    public var skippedCount: Int { rejectedCount + text.leftOutCount }
    private var rejectedCount = 0
    /// What is wrong with a sample that was left out, one of the first.
    public var firstSkipped: FileError? {
        rejected
            ?? text.firstLeftOut.map { flaw("line \($0)", "has another number of values than the lines that agree") }
    }
    private var rejected: FileError?
    /// The places, from 1, and names of channels whose names are those of times, unless columns were chosen.
    public var namesOfTimes: [(column: Int, name: String)] { text.namesOfTimes }
    /// What is wrong with the sample after those that were returned; it ends the stream.
    public private(set) var failure: FileError?

    /// A parser before the first bytes.
    ///
    /// - Parameters:
    ///   - name: What messages call the source of the bytes.
    ///   - format: How samples are written.
    ///   - channelCount: The number of channels, at least 1; `nil` to take it from the first line of text, or 1.
    ///   - columns: The columns of text that are channels; `nil` for all.
    ///   - badSamples: What happens to lines that are no sample, and to samples with NaN or infinity.
    public init(
        _ name: String, format: SampleFormat, channelCount: Int? = nil, columns: ColumnSelection? = nil,
        badSamples: BadSamples = .stop
    ) {
        (self.name, self.format, self.badSamples) = (name, format, badSamples)
        givenCount = channelCount
        text = SampleText(name, columns: columns, channelCount: channelCount, doubtsFirst: badSamples == .skip)
    }

    /// Reads the next bytes.
    ///
    /// - Returns: The samples that are complete, interleaved. If `failure` is set, they are the last ones.
    public mutating func push(_ bytes: UnsafeRawBufferPointer) -> [Double] {
        guard failure == nil else { return [] }
        var samples: [Double] = []
        rest.append(contentsOf: bytes)
        if format == .csv { text.joinLineEnds(&rest, from: rest.count - bytes.count) }
        let used = format == .csv ? readLines(into: &samples) : readValues(into: &samples)
        rest.removeFirst(used)
        if format == .csv, failure == nil, rest.count > Self.lineLimit {
            failure = flaw("line \(text.line + 1)", "is longer than \(Self.lineLimit) bytes")
        }
        return samples
    }

    /// Ends the input.
    ///
    /// - Returns: The sample of a last line without an end.
    public mutating func finish() -> [Double] {
        guard failure == nil else { return [] }
        var samples: [Double] = []
        if let size = format.valueSize {
            guard !rest.isEmpty else { return [] }
            failure = .damaged(
                path: name,
                problem: "ends within sample \(sampleCount + skippedCount): \(rest.count) of "
                    + "\(size * channelCount!) bytes are there; the samples before it were used")
        } else {
            if !rest.isEmpty {
                rest.append(10)
                text.joinLineEnds(&rest, from: 0, isLast: true)
                _ = readLines(into: &samples)
            }
            do throws(FileError) {
                let found = try text.readHeld(into: &row)
                if failure == nil { take(found, into: &samples) }
            } catch {
                failure = error
            }
        }
        rest = []
        return samples
    }

    /// The number of bytes of a line or sample that is not complete.
    public var incompleteByteCount: Int { rest.count }

    /// Begins with the first line of another file, of a file that is read again, or from another writer of a pipe, which
    /// may name the same channels. A line without an end is left out, as is a part of a sample of numbers.
    ///
    /// - Parameter countingLinesOn: Whether the numbers of lines go on.
    /// - Returns: A first sample that waited for a second one.
    public mutating func startAgain(countingLinesOn: Bool) -> [Double] {
        rest = []
        let samples = finish()
        text.startAgain(countingOn: countingLinesOn)
        return samples
    }

    private func flaw(_ place: String, _ problem: String) -> FileError {
        .malformed(path: name, place: place, problem: problem)
    }

    /// Adds the samples in `row`, or notes what is wrong with them.
    private mutating func add(to samples: inout [Double]) {
        let count = channelCount!
        for start in stride(from: 0, to: row.count, by: count) where failure == nil {
            let sample = row[start..<start + count]
            if let channel = sample.firstIndex(where: { !Float($0).isFinite }) {
                let value = row[channel]
                reject(
                    "channel \(channel - start) is \(value)"
                        + (value.isFinite ? ", beyond what Float32 holds (±3.4e+38)" : ""))
            } else {
                samples += sample
                sampleCount += 1
            }
        }
    }

    private mutating func reject(_ problem: String) {
        let place = format == .csv ? "line \(text.line)" : "sample \(sampleCount + skippedCount)"
        if badSamples == .skip {
            if rejected == nil { rejected = flaw(place, problem) }
            rejectedCount += 1
        } else {
            failure = flaw(place, problem + "; --on-bad skip leaves such samples out")
        }
    }

    private mutating func readLines(into samples: inout [Double]) -> Int {
        let bytes = rest
        return bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            var position = 0
            while failure == nil, let end = memchr(start + position, 10, bytes.count - position) {
                let next = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - start + 1
                let line = UnsafeBufferPointer(start: start + position, count: next - position)
                do throws(FileError) {
                    let found = try text.read(line, into: &row)
                    take(found, into: &samples)
                } catch {
                    failure = error
                }
                position = next
            }
            return position
        }
    }

    private mutating func take(_ line: SampleText.Line, into samples: inout [Double]) {
        switch line {
        case .nothing: break
        case .row: add(to: &samples)
        case .flaw(let problem): reject(problem)
        }
    }

    // MARK: Numbers

    private mutating func readValues(into samples: inout [Double]) -> Int {
        let (channels, size) = (channelCount!, format.valueSize!)
        let frames = rest.count / (channels * size)
        samples.reserveCapacity(frames * channels)
        let bytes = rest
        for frame in 0..<frames {
            row.removeAll(keepingCapacity: true)
            bytes.withUnsafeBytes { bytes in
                for channel in 0..<channels { row.append(value(bytes, (frame * channels + channel) * size)) }
            }
            add(to: &samples)
            if failure != nil { break }
        }
        return frames * channels * size
    }

    @inline(__always)
    private func value(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Double {
        func load<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        switch format {
        case .i8: return Double(load(Int8.self))
        case .u8: return Double(load(UInt8.self))
        case .i16: return Double(load(Int16.self))
        case .u16: return Double(load(UInt16.self))
        case .i24:
            let high = Int32(Int8(bitPattern: bytes[offset + 2])) << 16
            return Double(high | Int32(bytes[offset + 1]) << 8 | Int32(bytes[offset]))
        case .i32: return Double(load(Int32.self))
        case .f32: return Double(Float(bitPattern: load(UInt32.self)))
        case .f64, .csv: return Double(bitPattern: load(UInt64.self))
        }
    }
}
