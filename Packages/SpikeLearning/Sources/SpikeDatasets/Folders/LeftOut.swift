/// The files in a data set's folder that are not part of the data set for one reason.
public struct LeftOut: Codable, Sendable, Hashable {
    /// The reason why the files are left out, such as `in no class folder`.
    public let reason: String

    /// The number of files.
    public private(set) var count: Int

    /// The paths of the files below the data set's folder. A path that ends with `/` is a folder, and stands for all
    /// files in it.
    public private(set) var names: [String]

    /// Returns the first names as text, followed by the number of further names.
    ///
    /// - Parameters:
    ///   - names: All names.
    ///   - limit: The greatest number of names to show.
    public static func listed(_ names: [String], limit: Int = 5) -> String {
        let rest = names.count - limit
        return names.prefix(limit).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    mutating func add(_ name: String, _ count: Int) {
        names.append(name)
        self.count += count
    }

    /// The number of files, the reason and up to five names as text, such as
    /// `2 files left out, in no class folder: a.png, b.png`.
    public var text: String {
        "\(count) file\(count == 1 ? "" : "s") left out, \(reason): \(Self.listed(names))"
    }
}
