import ArrayFiles

/// An HDF5 file of another program, read without libhdf5, whose version 1.10 can crash on a damaged file.
///
/// Every version of the superblock, of object headers, of groups and of chunk indexes is read, as libhdf5 1.0 to 1.14
/// and h5py write them. Not read are virtual and external datasets, shared messages, and filters other than deflate,
/// shuffle and Fletcher-32. Memory is bounded by the file: a number in a header never decides it. One thread at a time may use a file.
///
/// Source: HDF5 File Format Specification, version 3.0 (docs.hdfgroup.org/hdf5/develop/_f_m_t3.html).
public final class HDF5File {
    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    let bytes: HDF5Bytes
    private let root: UInt64
    /// The links of groups that were looked into, by the address of the group.
    private var groups: [UInt64: [String: HDF5Link]] = [:]

    /// The path of the file.
    public var path: String { bytes.file.path }

    /// Opens a file.
    ///
    /// - Parameter path: The path of the file. With the extension `.gz`, it is first decompressed into a temporary file.
    /// - Throws: `FileError` for a file that cannot be read, or that is not HDF5.
    public convenience init(_ path: String) throws(FileError) {
        let file = try InputFile(path)
        try self.init(fileExtension(path) == "gz" ? Gzip.unpackedOnDisk(file) : file)
    }

    init(_ file: InputFile) throws(FileError) {
        guard let start = try Self.superblock(of: file) else {
            throw .malformed(
                path: file.path, place: nil,
                problem: file.size == 0 ? "is empty" : "is not HDF5: it does not have its signature")
        }
        (bytes, root) = try Self.readSuperblock(file, start)
    }

    /// Whether a file has the signature of HDF5.
    package static func isHDF5(_ path: String) -> Bool {
        (try? superblock(of: InputFile(path))) != nil
    }

    /// Whether bytes are of HDF5, perhaps behind other content as long as a power of 2.
    static func isHDF5(_ file: InputFile) -> Bool { (try? superblock(of: file)) != nil }

    /// The position of the superblock: 0, 512, 1024, 2048 and so on.
    private static func superblock(of file: InputFile) throws(FileError) -> Int? {
        var start = 0
        while start < file.size {
            try file.seek(to: start)
            if try file.bytes(signature.count) == signature { return start }
            start = start == 0 ? 512 : 2 * start
        }
        return nil
    }

    private static func readSuperblock(
        _ file: InputFile, _ start: Int
    ) throws(FileError) -> (bytes: HDF5Bytes, root: UInt64) {
        let what = "the superblock"
        try file.seek(to: start)
        let block = try file.bytes(128)
        var cursor = HDF5Cursor(HDF5Bytes(file, start: start, addressSize: 8, lengthSize: 8), block, what)
        try cursor.skip(8)
        let version = try cursor.int(1)
        guard version <= 3 else {
            throw .malformed(
                path: file.path, place: what, problem: "version \(version) is unknown; 0 to 3 are known")
        }
        if version < 2 { try cursor.skip(4) }
        let (addressSize, lengthSize) = (try cursor.int(1), try cursor.int(1))
        guard [2, 4, 8].contains(addressSize), [2, 4, 8].contains(lengthSize) else {
            throw .malformed(
                path: file.path, place: what,
                problem: "addresses of \(addressSize) and lengths of \(lengthSize) bytes are unknown")
        }
        let bytes = HDF5Bytes(file, start: start, addressSize: addressSize, lengthSize: lengthSize)
        cursor = HDF5Cursor(bytes, block, what)
        try cursor.skip(version < 2 ? (version == 1 ? 28 : 24) : 12)
        // The base address, which is the superblock's, another one, and the end of the file.
        try cursor.skip(2 * addressSize)
        if let end = try cursor.address(), start == 0, end > UInt64(file.size) {
            throw bytes.damaged("was cut short: \(file.size) of \(end) bytes are there")
        }
        if version < 2 { try cursor.skip(2 * addressSize) }
        guard let root = try cursor.address() else { throw bytes.damaged("\(what) names no root group") }
        return (bytes, root)
    }

    /// The dataset of a name such as `spikes/times`; `nil` if the file has none.
    ///
    /// - Parameter name: The names of groups and the dataset with `/` between them.
    /// - Throws: `FileError` for a damaged file, or a dataset that cannot be read here.
    public func dataset(_ name: String) throws(FileError) -> HDF5Dataset? {
        guard let address = try object(name) else { return nil }
        let header = try HDF5ObjectHeader(bytes, address)
        guard header.has(.layout) else { return nil }
        return try HDF5Dataset(name, header)
    }

    /// The value of an attribute; `nil` if there is no such object or attribute.
    ///
    /// - Parameters:
    ///   - name: The name of the attribute.
    ///   - object: The names of groups, and perhaps a dataset, with `/` between them; empty for the root group.
    /// - Throws: `FileError` for a damaged file.
    public func attribute(_ name: String, of object: String = "") throws(FileError) -> HDF5Dataset? {
        guard let address = try self.object(object) else { return nil }
        return try HDF5AttributeList.value(name, HDF5ObjectHeader(bytes, address))
    }

    /// The names in a group, in alphabetical order; empty if there is no such group.
    ///
    /// - Parameter group: The names of groups with `/` between them; empty for the root group.
    /// - Throws: `FileError` for a damaged file.
    public func names(in group: String) throws(FileError) -> [String] {
        guard let address = try object(group) else { return [] }
        return try links(address).keys.sorted()
    }

    /// Whether the file has an object of a name.
    ///
    /// - Throws: `FileError` for a damaged file.
    public func has(_ name: String) throws(FileError) -> Bool { try object(name) != nil }

    private func object(_ name: String) throws(FileError) -> UInt64? {
        // A soft link may lead to another one, at most this many times.
        var followed = 16
        var (address, rest) = (root, name.split(separator: "/").map(String.init)[...])
        while let part = rest.popFirst() {
            switch try links(address)[part] {
            case .none: return nil
            case .external:
                throw bytes.unsupported(
                    "\(name) is in another file, which is not read; copy it into this one by h5copy")
            case .object(let next): address = next
            case .name(let target):
                followed -= 1
                guard followed > 0 else { throw bytes.damaged("the links of \(name) lead nowhere") }
                if target.hasPrefix("/") { address = root }
                rest = target.split(separator: "/").map(String.init)[...] + rest
            }
        }
        return address
    }

    private func links(_ address: UInt64) throws(FileError) -> [String: HDF5Link] {
        if let known = groups[address] { return known }
        let links = try HDF5Group.links(HDF5ObjectHeader(bytes, address))
        groups[address] = links
        return links
    }
}
