import Foundation

/// A folder of its own for a test's files, removed with its last reference.
///
/// The learning package's tests use this file too, by a link.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("spikekit-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// A file with this content, and the folders that its name has.
    @discardableResult
    public func file(_ name: String, _ content: String) throws -> String {
        try file(name, Array(content.utf8))
    }

    /// A file with this content, and the folders that its name has.
    @discardableResult
    public func file(_ name: String, _ content: [UInt8]) throws -> String {
        let folder = (file(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    public func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    /// The names of all files, hidden ones too.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// The error that `body` throws, as one line; nil if it throws none.
public func message(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}

/// What `body` returns for a file with this content, which is gone afterwards.
public func withFile<Result>(
    _ name: String, _ content: String, _ body: (_ path: String) throws -> Result
) throws -> Result {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try body(folder.file(name, content))
}
