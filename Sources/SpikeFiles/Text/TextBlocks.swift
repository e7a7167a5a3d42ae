import Foundation

/// A text file in blocks of whole lines, each ended by a newline, so that a file of any size takes constant memory.
final class TextBlocks {
    static let newline = UInt8(ascii: "\n")
    private static let longestLine = 1 << 28

    private let file: InputFile
    private var buffer: UnsafeMutableRawBufferPointer
    /// The end of the lines that `next` returned last.
    private var position = 0
    /// The end of the bytes that were read so far.
    private var end = 0
    private var hasEnded = false

    /// - Parameters:
    ///   - file: The file, which is read from its present position on.
    ///   - skippedLines: The number of lines to pass over.
    init(_ file: InputFile, skippedLines: Int = 0, blockSize: Int = 1 << 22) throws(FileError) {
        self.file = file
        buffer = .allocate(byteCount: blockSize + 1, alignment: 16)
        try fill(from: 0)
        try skipByteOrderMark()
        var count = 0
        while count < skippedLines, try skipLine() { count += 1 }
    }

    /// Passes over a line. Returns whether there was one.
    private func skipLine() throws(FileError) -> Bool {
        while true {
            if let found = buffer[position..<end].firstIndex(of: Self.newline) {
                position = found + 1
                return true
            }
            (position, end) = (0, 0)
            if hasEnded { return false }
            try fill(from: 0)
        }
    }

    deinit { buffer.deallocate() }

    /// The next lines; `nil` at the end of the file. The last line ends with a newline even if the file does not. The
    /// memory is valid until the next call.
    func next() throws(FileError) -> UnsafeBufferPointer<UInt8>? {
        var searchFrom = position
        while true {
            if let last = lastNewline(in: searchFrom..<end) { return take(upTo: last + 1) }
            if hasEnded {
                if position == end { return nil }
                buffer[end] = Self.newline
                end += 1
                return take(upTo: end)
            }
            let pending = end - position
            buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + position, byteCount: pending)
            position = 0
            searchFrom = pending
            if pending == buffer.count - 1 { try grow() }
            try fill(from: pending)
        }
    }

    private func take(upTo newEnd: Int) -> UnsafeBufferPointer<UInt8> {
        defer { position = newEnd }
        let start = UnsafeRawPointer(buffer.baseAddress! + position).assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: newEnd - position)
    }

    private func lastNewline(in range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if buffer[index] == Self.newline { return index }
        }
        return nil
    }

    private func fill(from start: Int) throws(FileError) {
        let free = buffer.count - 1 - start
        let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + free]))
        end = start + count
        hasEnded = count < free
    }

    private func grow() throws(FileError) {
        guard buffer.count <= Self.longestLine else {
            throw .tooLarge(
                path: file.path,
                problem: "a line is longer than \(Self.longestLine >> 20) MiB; this is no table of numbers")
        }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * buffer.count, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
        buffer.deallocate()
        buffer = larger
    }

    private func skipByteOrderMark() throws(FileError) {
        let start = Array(buffer[..<min(end, 4096)])
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            throw .malformed(path: file.path, place: nil, problem: "is in UTF-16; save it as UTF-8")
        }
        if let index = start.firstIndex(of: 0) {
            let halves = [0, 1].map { half in stride(from: half, to: min(start.count, 32), by: 2).map { start[$0] } }
            if start.count >= 4, halves.contains(where: { $0.allSatisfy { $0 == 0 } }) {
                throw .malformed(path: file.path, place: nil, problem: "is in UTF-16; save it as UTF-8")
            }
            throw .malformed(path: file.path, place: "byte \(index)", problem: "a NUL byte; this is no text file")
        }
        let isReturn = { (byte: UInt8) in byte == UInt8(ascii: "\r") }
        if zip(start, start.dropFirst()).contains(where: { isReturn($0) && !isReturn($1) && $1 != Self.newline }) {
            throw .malformed(
                path: file.path, place: nil, problem: "its lines end in CR alone; save it with LF or CRLF line ends")
        }
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }
}
