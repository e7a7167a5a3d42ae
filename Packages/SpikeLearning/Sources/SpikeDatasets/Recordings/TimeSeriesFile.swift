import ArrayFiles
import Foundation
import TorchTensors

/// A file of labelled time series in the format `.ts` of the UCR and UEA archives.
///
/// A line is one case: the values of a channel with commas between them, channels with colons between them, and the name
/// of the class at the end. Lines that begin with `#` are comments, and lines that begin with `@` describe the file.
///
/// Source: Bagnall et al. 2018, "The UEA multivariate time series classification archive", arXiv 1811.00075.
public struct TimeSeriesFile: Sendable {
    /// One labelled time series.
    public struct Case: Sendable, Hashable {
        /// The class, from 0.
        public let label: Int
        /// The values of each channel; NaN where a value is missing.
        public let channels: [[Float]]
    }

    /// The names of the classes, in the order in which the file lists them.
    public let classNames: [String]

    /// The time series, in the order of the file.
    public let cases: [Case]

    /// Reads a file.
    ///
    /// - Parameter path: The path of the file, which may be gzipped.
    /// - Throws: `FileError` with the line that is malformed; for a file without class labels, and for one with time
    ///   stamps, which is not read.
    public init(_ path: String) throws(FileError) {
        let file = try PackedFile(path)
        var bytes: [UInt8] = []
        while true {
            let part = try file.bytes(1 << 20)
            if part.isEmpty { break }
            bytes += part
        }
        // The scanner of numbers stops at this byte.
        bytes.append(0)
        var reader = Reader(path: path)
        var start = 0
        while start < bytes.count - 1 {
            let end = bytes[start...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == 0 } ?? bytes.count - 1
            try reader.read(bytes, start..<end)
            start = end + 1
        }
        (classNames, cases) = try reader.finished()
    }
}

/// Reads the lines of a `.ts` file.
private struct Reader {
    let path: String
    private var line = 0
    private var isInData = false
    private var isOfEqualLength = false
    private var seriesLength: Int?
    private var channelCount: Int?
    private var classNames: [String]?
    private var labels: [String: Int] = [:]
    private var cases: [TimeSeriesFile.Case] = []

    init(path: String) { self.path = path }

    mutating func read(_ bytes: [UInt8], _ range: Range<Int>) throws(FileError) {
        line += 1
        var range = range
        while let last = range.last, Self.isBlank(bytes[last]) { range = range.dropLast() }
        while let first = range.first, Self.isBlank(bytes[first]) { range = range.dropFirst() }
        guard let first = range.first, bytes[first] != UInt8(ascii: "#") else { return }
        if bytes[first] == UInt8(ascii: "@"), !isInData {
            return try readTag(String(decoding: bytes[range], as: UTF8.self))
        }
        guard isInData else { throw flaw("it stands before @data; is this a .ts file?") }
        try readCase(bytes, range)
    }

    func finished() throws(FileError) -> (classNames: [String], cases: [TimeSeriesFile.Case]) {
        guard isInData else {
            throw .malformed(path: path, place: nil, problem: "there is no @data in it; is this a .ts file?")
        }
        guard !cases.isEmpty else { throw .malformed(path: path, place: nil, problem: "no line follows @data") }
        return (classNames ?? [], cases)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private func flaw(_ problem: String) -> FileError {
        .malformed(path: path, place: "line \(line)", problem: problem)
    }

    private mutating func readTag(_ text: String) throws(FileError) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let value = words.count > 1 ? words[1] : nil
        func number() throws(FileError) -> Int? {
            guard let value, let number = Int(value), number >= 1 else { throw flaw("\(text) needs a number above 0") }
            return number
        }
        switch words[0].lowercased() {
        case "@data":
            guard classNames != nil else {
                throw flaw("there is no @classLabel true with the names of the classes before @data")
            }
            isInData = true
        case "@classlabel" where value?.lowercased() == "true":
            let names = Array(words.dropFirst(2))
            guard !names.isEmpty, Set(names).count == names.count else {
                throw flaw("@classLabel true needs the names of the classes, each once")
            }
            classNames = names
            labels = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        case "@classlabel", "@targetlabel":
            throw flaw("the series have no classes, which a classifier needs")
        case "@timestamps" where value?.lowercased() == "true":
            throw flaw("series with time stamps are not read; write the file without them")
        case "@univariate" where value?.lowercased() == "true": channelCount = 1
        case "@dimension", "@dimensions": channelCount = try number()
        case "@equallength": isOfEqualLength = value?.lowercased() == "true"
        case "@serieslength": seriesLength = try number()
        default: break
        }
    }

    private mutating func readCase(_ bytes: [UInt8], _ range: Range<Int>) throws(FileError) {
        let colon = UInt8(ascii: ":")
        guard let last = bytes[range].lastIndex(of: colon) else {
            throw flaw("there is no colon before the name of a class")
        }
        let name = String(decoding: bytes[last + 1..<range.upperBound], as: UTF8.self)
            .trimmingCharacters(in: .whitespaces)
        guard let label = labels[name] else {
            let known = (classNames ?? []).prefix(20).joined(separator: ", ")
            throw flaw("\"\(name.prefix(40))\" is none of the classes \(known)")
        }
        var channels: [[Float]] = []
        for part in bytes[range.lowerBound..<last].split(separator: colon, omittingEmptySubsequences: false) {
            channels.append(try values(bytes, part.indices))
        }
        guard channels.count == channelCount ?? channels.count else {
            throw flaw("it has \(counted(channels.count, "channel")), not \(channelCount!)")
        }
        channelCount = channels.count
        let length = channels[0].count
        guard channels.allSatisfy({ $0.count == length }) else {
            throw flaw("its channels differ in length: \(channels.map(\.count).prefix(20))")
        }
        if isOfEqualLength {
            guard length == seriesLength ?? length else {
                throw flaw("it has \(counted(length, "value")) per channel, not \(seriesLength!)")
            }
            seriesLength = length
        }
        cases.append(TimeSeriesFile.Case(label: label, channels: channels))
    }

    /// The numbers in a range of bytes, with commas between them.
    private func values(_ bytes: [UInt8], _ range: Range<Int>) throws(FileError) -> [Float] {
        var values: [Float] = []
        var place = range.lowerBound
        let outcome = bytes.withUnsafeBufferPointer { buffer -> FileError? in
            let text = UnsafeRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self)
            while true {
                while place < range.upperBound, Self.isBlank(buffer[place]) { place += 1 }
                guard place < range.upperBound else {
                    return flaw("value \(values.count + 1) of a channel is not there")
                }
                let start = place
                if buffer[place] == UInt8(ascii: "?") {
                    values.append(.nan)
                    place += 1
                } else {
                    var end: UnsafeMutablePointer<CChar>?
                    let value = strtof(text + place, &end)
                    place = end.map { UnsafePointer($0) - text } ?? place
                    guard place > start, place <= range.upperBound, !value.isInfinite else {
                        let word = String(decoding: buffer[start..<min(start + 20, range.upperBound)], as: UTF8.self)
                        return flaw("value \(values.count + 1) of a channel is no number: \"\(word)\"")
                    }
                    values.append(value)
                }
                while place < range.upperBound, Self.isBlank(buffer[place]) { place += 1 }
                if place == range.upperBound { return nil }
                guard buffer[place] == UInt8(ascii: ",") else {
                    return flaw("something else than a comma follows value \(values.count) of a channel")
                }
                place += 1
            }
        }
        if let outcome { throw outcome }
        return values
    }
}
