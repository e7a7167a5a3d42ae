/// An image's file, as far as it can be told from others.
public struct DatasetFile: Codable, Sendable, Hashable {
    /// Below the data set's folder, such as `cat/1.png`.
    public let name: String

    /// In bytes.
    public let size: Int

    /// Of the content, in 64 hexadecimal digits.
    public let sha256: String

    public init(name: String, size: Int, sha256: String) {
        self.name = name
        self.size = size
        self.sha256 = sha256
    }

    init(name: String, content: [UInt8]) {
        var checksum = SHA256()
        checksum.update(content)
        self.init(name: name, size: content.count, sha256: checksum.hexadecimal())
    }
}
