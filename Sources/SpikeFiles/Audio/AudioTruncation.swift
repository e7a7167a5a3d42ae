import SpikeEncoding

/// The finding that an audio file holds less data than its headers promise, which libsndfile does not report.
struct AudioTruncation: Equatable {
    /// The number of samples of each channel that was promised; `nil` if the format does not tell.
    let promisedSamples: Int?

    /// Checks whether a file was cut short. Returns `nil` for a complete file, and for an unknown format.
    static func find(in file: InputFile) throws(FileError) -> AudioTruncation? {
        let start = try Self.bytes(file, at: 0, 4)
        switch String(decoding: start, as: UTF8.self) {
        case "RIFF", "RF64": return try find(wav: Chunks(file, idSize: 4, isLittleEndian: true))
        case "RIFX": return try find(wav: Chunks(file, idSize: 4, isLittleEndian: false))
        case "FORM": return try find(aiff: Chunks(file, idSize: 4, isLittleEndian: false))
        // Sony Wave64.
        case "riff": return try find(wav: Chunks(file, idSize: 16, isLittleEndian: true))
        case "OggS": return try hasEnd(ogg: file) ? nil : AudioTruncation(promisedSamples: nil)
        default: return nil
        }
    }

    /// The problem in words, for a file of which `sampleCount` samples of each channel can be read.
    func problem(_ sampleCount: Int) -> String {
        let count = counted(sampleCount, "sample")
        guard let promisedSamples else {
            return "was cut short: it holds \(count) of each channel, and then its end is missing"
        }
        return "was cut short: it holds \(count) of each channel, of \(promisedSamples) that its header promises"
    }

    /// The sizes that programs write when they send data into a pipe and do not know its size yet.
    private static let placeholders: Set<UInt64> = [0, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, .max]

    /// Checks a WAV file, or a file of a related format.
    private static func find(wav chunks: Chunks) throws(FileError) -> AudioTruncation? {
        var (blockSize, isPlain, longSize) = (0, true, UInt64?.none)
        var chunk = try chunks.first(headerSize: chunks.idSize == 4 ? 12 : 40)
        while let found = chunk {
            switch found.name {
            case "fmt ":
                let format = try chunks.number(at: found.start, 2)
                // PCM, floating point, A-law, µ-law, and what is one of them by its extension: a block is a sample of
                // each channel.
                isPlain = [1, 3, 6, 7, 0xFFFE].contains(format)
                blockSize = Int(try chunks.number(at: found.start + 12, 2))
            case "ds64": longSize = try chunks.number(at: found.start + 8, 8)
            case "data":
                let size = found.size == 0xFFFF_FFFF ? longSize ?? found.size : found.size
                guard !placeholders.contains(size), size > UInt64(max(0, chunks.fileSize - found.start)) else {
                    return nil
                }
                return AudioTruncation(
                    promisedSamples: isPlain && blockSize > 0 ? Int(clamping: size / UInt64(blockSize)) : nil)
            default: break
            }
            chunk = try chunks.next(after: found)
        }
        return nil
    }

    private static func find(aiff chunks: Chunks) throws(FileError) -> AudioTruncation? {
        var promised: Int?
        var chunk = try chunks.first(headerSize: 12)
        while let found = chunk {
            switch found.name {
            case "COMM":
                let count = Int(try chunks.number(at: found.start + 2, 4))
                let type = found.size < 22 ? [] : try AudioTruncation.bytes(chunks.file, at: found.start + 18, 4)
                // In this format, packets are counted instead of samples.
                promised = type.elementsEqual("ima4".utf8) ? nil : count
            case "SSND":
                guard !placeholders.contains(found.size),
                    found.size > UInt64(max(0, chunks.fileSize - found.start))
                else { return nil }
                return AudioTruncation(promisedSamples: promised)
            default: break
            }
            chunk = try chunks.next(after: found)
        }
        return nil
    }

    /// Whether the last page of an Ogg file is complete and marked as the last of its stream.
    private static func hasEnd(ogg file: InputFile) throws(FileError) -> Bool {
        // No page is longer than this.
        let start = max(0, file.size - 65_307)
        let tail = try bytes(file, at: start, file.size - start)
        let mark = Array("OggS".utf8)
        guard let page = tail.indices.last(where: { tail[$0...].starts(with: mark) }), page + 27 <= tail.count,
            tail[page + 5] & 4 != 0
        else { return false }
        let segments = tail[(page + 27)...].prefix(Int(tail[page + 26]))
        let bodySize = segments.reduce(0) { $0 + Int($1) }
        return segments.count == Int(tail[page + 26]) && segments.endIndex + bodySize <= tail.count
    }

    fileprivate static func bytes(_ file: InputFile, at offset: Int, _ count: Int) throws(FileError) -> [UInt8] {
        guard offset <= file.size else { return [] }
        try file.seek(to: offset)
        return try file.bytes(count)
    }
}

/// A file of chunks, each with a name, a size and as many bytes.
private struct Chunks {
    struct Chunk {
        let name: String
        /// The size of the content in bytes, as the file states it.
        let size: UInt64
        /// The offset of the content in the file.
        let start: Int
    }

    let file: InputFile
    /// The length of a chunk's name in bytes: 4, or 16 in Wave64, where sizes have 8 bytes and include the chunk's
    /// header.
    let idSize: Int
    let isLittleEndian: Bool
    let fileSize: Int

    init(_ file: InputFile, idSize: Int, isLittleEndian: Bool) {
        self.file = file
        self.idSize = idSize
        self.isLittleEndian = isLittleEndian
        fileSize = file.size
    }

    func first(headerSize: Int) throws(FileError) -> Chunk? { try chunk(at: headerSize) }

    func next(after chunk: Chunk) throws(FileError) -> Chunk? {
        let alignment: UInt64 = idSize == 4 ? 2 : 8
        let (padded, overflow) = chunk.size.addingReportingOverflow(alignment - 1)
        guard !overflow, padded < UInt64(fileSize) else { return nil }
        return try self.chunk(at: chunk.start + Int(padded / alignment * alignment))
    }

    private func chunk(at offset: Int) throws(FileError) -> Chunk? {
        let sizeCount = idSize == 4 ? 4 : 8
        let header = try AudioTruncation.bytes(file, at: offset, idSize + sizeCount)
        guard header.count == idSize + sizeCount else { return nil }
        let size = number(header[idSize...])
        // The names of Wave64 begin with the names of WAV.
        return Chunk(
            name: String(decoding: header.prefix(4), as: UTF8.self),
            size: idSize == 4 ? size : size &- min(size, UInt64(idSize + sizeCount)),
            start: offset + idSize + sizeCount)
    }

    func number(at offset: Int, _ count: Int) throws(FileError) -> UInt64 {
        number(try AudioTruncation.bytes(file, at: offset, count)[...])
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        (isLittleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
