import ArrayFiles
import Foundation

/// A path as the file system stores it: bytes, which need not be UTF-8.
struct BytePath: Hashable, Sendable {
    let bytes: [UInt8]

    init(_ path: String) { bytes = Array(path.utf8) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Creates a path from its parts, between which slashes are put.
    init(joining parts: [[UInt8]]) { bytes = Array(parts.joined(separator: [UInt8(ascii: "/")])) }

    func appending(_ name: [UInt8]) -> BytePath { BytePath(bytes: bytes + [UInt8(ascii: "/")] + name) }

    /// The path as text for people.
    var text: String { Self.text(bytes) }

    /// Returns a name as text. A byte that is not part of valid UTF-8, or of a control character, becomes an escape
    /// such as `\xE9`.
    static func text(_ name: [UInt8]) -> String {
        if name.allSatisfy({ 0x20..<0x7F ~= $0 }) { return String(decoding: name, as: UTF8.self) }
        var text = ""
        var rest = name[...]
        while let byte = rest.first {
            var decoder = UTF8()
            var bytes = rest.makeIterator()
            if case .scalarValue(let scalar) = decoder.decode(&bytes), scalar.properties.generalCategory != .control {
                text.unicodeScalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "\\x\(digits.count < 2 ? "0" : "")\(digits)"
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// Returns the file's content.
    ///
    /// - Throws: `FileError` if the file cannot be read.
    func content() throws(FileError) -> [UInt8] {
        let file = try InputFile(text, systemPath: bytes.map { CChar(bitPattern: $0) } + [0])
        return try file.bytes(file.size)
    }

    /// True if there is something at the path, even if it cannot be read, or if that cannot be known because a folder above
    /// it is closed.
    var mayExist: Bool {
        var status = stat()
        let problem = withCString { lstat($0, &status) == 0 ? 0 : errno }
        return ![ENOENT, ENOTDIR].contains(problem)
    }

    /// The same path without links, dots and repeated slashes; the path itself if there is nothing there.
    var resolved: BytePath {
        guard let path = withCString({ realpath($0, nil) }) else { return self }
        defer { free(path) }
        return BytePath(bytes: UnsafeBufferPointer(start: path, count: strlen(path)).map { UInt8(bitPattern: $0) })
    }

    /// Returns the entries of the folder, sorted by the bytes of their names, which is the same order in every locale.
    ///
    /// - Parameter followsLinks: Whether a link counts as the file or folder that it leads to; otherwise it counts as
    ///   `other`.
    /// - Throws: `FileError` if the folder cannot be listed.
    func entries(followingLinks followsLinks: Bool = true) throws(FileError) -> [FolderEntry] {
        guard let folder = withCString({ opendir($0) }) else {
            throw .unreadable(path: text, reason: "it is no folder that can be listed")
        }
        defer { closedir(folder) }
        var names: [(name: [UInt8], type: Int32)] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                Array(bytes[..<(bytes.firstIndex(of: 0) ?? bytes.count)])
            }
            if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) {
                names.append((name, Int32(entry.pointee.d_type)))
            }
        }
        return names.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map {
            FolderEntry($0.name, in: self, type: $0.type, followingLinks: followsLinks)
        }
    }

    /// The number of files in the folder and in all folders below it, as far as they can be listed.
    var fileCount: Int {
        let entries = (try? entries(followingLinks: false)) ?? []
        return entries.reduce(0) { $0 + ($1.kind == .folder ? $1.path.fileCount : 1) }
    }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}

/// A file or folder within a folder.
struct FolderEntry: Sendable {
    enum Kind: Sendable {
        case file, folder
        /// A link that leads nowhere, a device or a pipe.
        case other
    }

    let name: [UInt8]
    let path: BytePath
    let kind: Kind

    /// - Parameter type: What the folder says of the entry, such as `DT_REG`; not every file system says anything.
    fileprivate init(_ name: [UInt8], in folder: BytePath, type: Int32, followingLinks followsLinks: Bool) {
        self.name = name
        path = folder.appending(name)
        switch type {
        case Int32(DT_REG): kind = .file
        case Int32(DT_DIR): kind = .folder
        default: kind = Self.kind(path, followingLinks: followsLinks)
        }
    }

    private static func kind(_ path: BytePath, followingLinks followsLinks: Bool) -> Kind {
        var status = stat()
        let isThere = path.withCString { (followsLinks ? stat($0, &status) : lstat($0, &status)) == 0 }
        return switch isThere ? status.st_mode & S_IFMT : 0 {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    /// The name as text for people.
    var text: String { BytePath.text(name) }

    var isHidden: Bool { name.first == UInt8(ascii: ".") }

    /// True if the name has the extension of an image format.
    var isImage: Bool { has(ImageFile.extensions) }

    /// True if the name has one of the extensions, which are in lower case.
    ///
    /// - Parameter mayBeCompressed: Whether `gz` may follow the extension.
    func has(_ extensions: [String], mayBeCompressed: Bool = false) -> Bool {
        var name = name[...]
        if mayBeCompressed, Self.has("gz", name) { name = name.dropLast(3) }
        return extensions.contains { Self.has($0, name) }
    }

    /// Returns whether a name is more than a dot and an extension, and ends with these. The extension is in lower case;
    /// the name need not be.
    private static func has(_ ending: String, _ name: ArraySlice<UInt8>) -> Bool {
        let (ending, found) = (ending.utf8, name.suffix(ending.utf8.count))
        guard name.count > ending.count + 1, name[found.startIndex - 1] == UInt8(ascii: ".") else { return false }
        return zip(found, ending).allSatisfy { 0x41...0x5A ~= $0 ? $0 | 0x20 == $1 : $0 == $1 }
    }
}
