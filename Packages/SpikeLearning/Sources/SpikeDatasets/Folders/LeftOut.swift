/// What of a data set's folder is not part of the data set, or is there in another form than the files state it, for one
/// reason.
public struct LeftOut: Codable, Sendable, Hashable {
    /// What a count of `LeftOut` is of.
    public enum Subject: String, Codable, Sendable, Hashable {
        /// Boxes that are left out.
        case box
        /// Boxes that were repaired.
        case repairedBox = "repaired box"
        /// Images that are kept, and of which something is worth knowing.
        case image
        /// Recordings that are kept in another form than that of their files.
        case recording
    }

    /// What is counted; `nil` for files that are left out.
    public let subject: Subject?

    /// The reason why the files are left out, such as `in no class folder`.
    public let reason: String

    /// The number of files, or of what `subject` says.
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

    /// What is counted and what became of it, such as `file left out` or `boxes repaired`.
    public var fate: String {
        switch subject {
        case nil: count == 1 ? "file left out" : "files left out"
        case .box: count == 1 ? "box left out" : "boxes left out"
        case .repairedBox: count == 1 ? "box repaired" : "boxes repaired"
        case .image: count == 1 ? "image kept" : "images kept"
        case .recording: count == 1 ? "recording kept" : "recordings kept"
        }
    }

    /// The number, the reason and up to five names as text, such as
    /// `2 files left out, in no class folder: a.png, b.png`.
    ///
    /// Control characters, which names in files may have, are written as escapes.
    public var text: String { BytePath.text(Array("\(count) \(fate), \(reason): \(Self.listed(names))".utf8)) }
}

extension [LeftOut] {
    /// Counts something that is left out or repaired.
    ///
    /// - Parameters:
    ///   - name: The path of the file below the data set's folder.
    ///   - reason: The reason.
    ///   - subject: What is counted; `nil` for files.
    ///   - count: The number.
    mutating func add(_ name: String, _ reason: String, _ subject: LeftOut.Subject? = nil, count: Int = 1) {
        guard let index = firstIndex(where: { $0.reason == reason && $0.subject == subject }) else {
            append(LeftOut(subject: subject, reason: reason, count: count, names: [name]))
            return
        }
        self[index].add(name, count)
    }

    /// Adds all that another list counts.
    mutating func merge(_ other: [LeftOut]) {
        for one in other {
            for (place, name) in one.names.enumerated() {
                // The counts are not known by name; all of them come with the first.
                add(name, one.reason, one.subject, count: place == 0 ? one.count : 0)
            }
        }
    }
}

extension LeftOut {
    fileprivate mutating func add(_ name: String, _ count: Int) {
        if names.last != name { names.append(name) }
        self.count += count
    }
}
