import ArrayFiles

/// Sizes of files that tell whether they were cut short.
enum DatasetSizes {
    /// The size of a file in bytes; `nil` if there is none.
    static func size(of path: String) -> Int? { try? InputFile(path).size }

    /// The number of bytes that a file unpacks to, as the end of a gzipped one says it.
    ///
    /// A gzipped file of 4 GiB or more says less, and one that was cut short says some other number.
    static func unpackedSize(of path: String) -> Int? {
        guard let file = try? InputFile(path), let start = try? file.bytes(2) else { return nil }
        guard start == [0x1F, 0x8B] else { return file.size }
        guard file.size >= 18, (try? file.seek(to: file.size - 4)) != nil, let end = try? file.bytes(4), end.count == 4
        else { return 0 }
        return end.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
