/// Files in a data set's folder that are not part of the data set, for one reason.
public struct LeftOut: Codable, Sendable, Hashable {
    /// Such as `in no class folder`.
    public let reason: String

    /// How many files.
    public private(set) var count: Int

    /// Of the files, below the data set's folder; a folder's name ends with `/` and stands for all files in it.
    public private(set) var names: [String]

    /// The first names, and how many there are beside them.
    public static func listed(_ names: [String], limit: Int = 5) -> String {
        let rest = names.count - limit
        return names.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    mutating func add(_ name: String, _ count: Int) {
        names.append(name)
        self.count += count
    }

    /// Such as `2 files left out, in no class folder: a.png, b.png`, with no more than five names.
    public var text: String {
        "\(count) file\(count == 1 ? "" : "s") left out, \(reason): \(Self.listed(names))"
    }
}
