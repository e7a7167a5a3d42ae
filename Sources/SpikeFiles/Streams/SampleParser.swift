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
/// In text, values are separated by commas, semicolons or blanks. Empty lines and lines that begin with `#` or `%` are
/// passed over; a first line without numbers names the channels. Memory is bounded by the size of a part and the length
/// of a line.
public struct SampleParser {
    /// What happens to samples that cannot be used.
    public enum BadSamples: String, CaseIterable, Sendable {
        /// The stream ends with an error.
        case stop
        /// They are left out, and counted.
        case skip
    }

    /// The largest length of a line.
    static let lineLimit = 1 << 20

    private let name: String
    private let format: SampleFormat
    private let badSamples: BadSamples
    private let columns: ColumnSelection?
    /// Which of a line's values are channels; `nil` for all.
    private var chosen: [Int]?
    private var scanner = NumberScanner(decimalMark: UInt8(ascii: "."))
    /// The start of a line or sample whose end has not arrived.
    private var rest: [UInt8] = []
    private var line = 0
    private var row: [Double] = []
    /// The number of values in a line.
    private var width: Int?

    /// The number of channels; `nil` before the first line of text.
    public private(set) var channelCount: Int?
    /// The names of the channels, or an empty array.
    public private(set) var channelNames: [String] = []
    /// The number of samples of each channel so far.
    public private(set) var sampleCount = 0
    /// The number of samples that were left out.
    public private(set) var skippedCount = 0
    /// The places, from 1, and names of channels whose names are those of times, unless columns were chosen.
    public private(set) var namesOfTimes: [(column: Int, name: String)] = []
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
        (self.name, self.format, self.badSamples, self.columns) = (name, format, badSamples, columns)
        self.channelCount = format == .csv ? channelCount : channelCount ?? 1
    }

    /// Reads the next bytes.
    ///
    /// - Returns: The samples that are complete, interleaved. If `failure` is set, they are the last ones.
    public mutating func push(_ bytes: UnsafeRawBufferPointer) -> [Double] {
        guard failure == nil else { return [] }
        var samples: [Double] = []
        rest.append(contentsOf: bytes)
        let used = format == .csv ? readLines(into: &samples) : readValues(into: &samples)
        rest.removeFirst(used)
        if format == .csv, failure == nil, rest.count > Self.lineLimit {
            failure = flaw("line \(line + 1)", "is longer than \(Self.lineLimit) bytes")
        }
        return samples
    }

    /// Ends the input.
    ///
    /// - Returns: The sample of a last line without an end.
    public mutating func finish() -> [Double] {
        guard failure == nil, !rest.isEmpty else { return [] }
        var samples: [Double] = []
        if let size = format.valueSize {
            failure = .damaged(
                path: name,
                problem: "ends within sample \(sampleCount + skippedCount): \(rest.count) of "
                    + "\(size * channelCount!) bytes are there; the samples before it were used")
        } else {
            rest.append(10)
            _ = readLines(into: &samples)
        }
        rest = []
        return samples
    }

    private func flaw(_ place: String, _ problem: String) -> FileError {
        .malformed(path: name, place: place, problem: problem)
    }

    /// Adds the values of `row` that are channels, or notes what is wrong with them.
    private mutating func add(to samples: inout [Double]) {
        for (channel, value) in row.enumerated() where !Float(value).isFinite {
            return reject(
                value.isFinite
                    ? "channel \(channel) is \(value), beyond what Float32 holds (±3.4e+38)"
                    : "channel \(channel) is \(value)")
        }
        samples += row
        sampleCount += 1
    }

    private mutating func reject(_ problem: String) {
        let place = format == .csv ? "line \(line)" : "sample \(sampleCount + skippedCount)"
        if badSamples == .skip {
            skippedCount += 1
        } else {
            failure = flaw(place, problem + "; --on-bad skip leaves such samples out")
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

    // MARK: Text

    private mutating func readLines(into samples: inout [Double]) -> Int {
        let bytes = rest
        return bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            var position = 0
            while failure == nil, let end = memchr(start + position, 10, bytes.count - position) {
                line += 1
                let next = UnsafePointer(end.assumingMemoryBound(to: UInt8.self)) - start + 1
                readLine(UnsafeBufferPointer(start: start + position, count: next - position), into: &samples)
                position = next
            }
            return position
        }
    }

    /// - Parameter line: The bytes of a line with the newline at their end.
    private mutating func readLine(_ bytes: UnsafeBufferPointer<UInt8>, into samples: inout [Double]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if line == 1, bytes.starts(with: mark) {
            return readLine(UnsafeBufferPointer(rebasing: bytes[mark.count...]), into: &samples)
        }
        guard let first = bytes.first(where: { ![32, 9, 13].contains($0) }),
            ![10, UInt8(ascii: "#"), UInt8(ascii: "%")].contains(first)
        else { return }
        guard scan(bytes) else {
            // Names do not begin as numbers do.
            guard width == nil, !"+-.0123456789".utf8.contains(first) else {
                return reject("\(excerpt(bytes.dropLast())) is not made of numbers")
            }
            return readNames(bytes)
        }
        if width == nil { setWidth(row.count) }
        guard failure == nil else { return }
        guard row.count == width else {
            return reject("has \(row.count) values instead of \(width!)")
        }
        if let chosen { row = chosen.map { row[$0] } }
        add(to: &samples)
    }

    /// Reads the numbers of a line into `row`; false if there is something else.
    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        row.removeAll(keepingCapacity: true)
        var position = bytes.baseAddress!
        func skipBlanks() { while [32, 9, 13].contains(position.pointee) { position += 1 } }
        skipBlanks()
        while true {
            guard let value = scanner.scan(&position) else { return false }
            row.append(value)
            let end = position
            skipBlanks()
            if position.pointee == 10 { return true }
            if [UInt8(ascii: ","), UInt8(ascii: ";")].contains(position.pointee) {
                position += 1
                skipBlanks()
            } else if position == end {
                return false
            }
        }
    }

    private mutating func readNames(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: bytes.dropLast(), as: UTF8.self)
        let separator = [",", ";", "\t"].first { text.contains($0) } ?? ","
        channelNames = text.components(separatedBy: separator).map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"\r\t"))
        }
        setWidth(channelNames.count)
        if let chosen {
            channelNames = chosen.map { channelNames[$0] }
        } else {
            for (index, name) in channelNames.enumerated() {
                if case .time = ColumnMeaning(name: name) { namesOfTimes.append((index + 1, name)) }
            }
        }
    }

    private mutating func setWidth(_ count: Int) {
        width = count
        if let columns {
            do throws(FileError) {
                chosen = try columns.indices(
                    names: channelNames.isEmpty ? nil : channelNames, count: count, path: name)
            } catch {
                failure = error
                return
            }
        }
        let found = chosen?.count ?? count
        if let channelCount, channelCount != found {
            failure = flaw("line \(line)", "has \(found) values for \(channelCount) channels")
        }
        channelCount = channelCount ?? found
    }
}
