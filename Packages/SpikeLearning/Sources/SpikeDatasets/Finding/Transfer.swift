import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request for a file or the rest of it. The answer is appended to a local file as it arrives.
final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // The session calls its delegate from one serial queue, and `run` reads the outcome after `finished` is signalled.

    enum Failure: Error {
        /// The server refused; another attempt will not help.
        case refused(String)
        /// The transfer was interrupted; another attempt may bring the rest.
        case broken(String)
        /// The local file cannot be written.
        case unwritable(String)
    }

    private let url: URL
    private let size: Int?
    private let path: String
    private let offset: Int
    private let timeout: Double
    private let progress: @Sendable (Int) -> Void

    private let finished = DispatchSemaphore(value: 0)
    private let activity = Locked((last: ContinuousClock.now, isLate: false))
    private var descriptor: Int32 = -1
    private var received = 0
    private var failure: Failure?

    /// The size of the whole file in bytes that the server has announced; `nil` if it has announced none.
    private(set) var announcedSize: Int?

    /// Creates a transfer; `run` starts it.
    ///
    /// - Parameters:
    ///   - url: The web address of the file.
    ///   - size: The expected size of the whole file in bytes; `nil` if it is not known.
    ///   - path: The path of the local file.
    ///   - offset: The number of bytes that the local file has already.
    ///   - timeout: The time in seconds without a byte after which the transfer counts as broken.
    ///   - progress: Called with the number of bytes that are present.
    init(
        url: URL, size: Int?, path: String, offset: Int, timeout: Double, progress: @escaping @Sendable (Int) -> Void
    ) {
        self.url = url
        self.size = size
        self.path = path
        self.offset = offset
        self.timeout = timeout
        self.progress = progress
    }

    func run() throws(Failure) {
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 2 * timeout)
        // Asks for uncompressed bytes, because the size, the checksum and ranges refer to them.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if offset > 0 { request.setValue("bytes=\(offset)-", forHTTPHeaderField: "Range") }
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        let task = session.dataTask(with: request)
        task.resume()
        waitUntilFinished(task)
        session.invalidateAndCancel()
        if descriptor >= 0 { close(descriptor) }
        if let failure { throw failure }
    }

    /// Waits until the task ends, and cancels it when no bytes have arrived for `timeout` seconds. On some systems the
    /// session's own timeout misses this once an answer has begun.
    private func waitUntilFinished(_ task: URLSessionTask) {
        while finished.wait(timeout: .now() + min(timeout / 4, 1)) == .timedOut {
            let isLate = activity.withLock { activity in
                if ContinuousClock.now - activity.last > .seconds(timeout) { activity.isLate = true }
                return activity.isLate
            }
            if isLate {
                task.cancel()
                return finished.wait()
            }
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let answer = response as? HTTPURLResponse
        let status = answer?.statusCode ?? 0
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC
        switch status {
        case 200:
            // A server that does not support ranges sends the whole file.
            received = 0
            if let length = answer?.expectedContentLength, length >= 0 { announcedSize = Int(length) }
            descriptor = open(path, flags, 0o666)
        case 206 where answer?.value(forHTTPHeaderField: "Content-Range")?.hasPrefix("bytes \(offset)-") == true:
            received = offset
            announcedSize = answer?.value(forHTTPHeaderField: "Content-Range").flatMap(Self.wholeSize)
            descriptor = open(path, flags | O_APPEND, 0o666)
        case 416
        where size == nil && answer?.value(forHTTPHeaderField: "Content-Range").flatMap(Self.wholeSize) == offset:
            // The local file is complete, which was not known without its size.
            announcedSize = offset
            return completionHandler(.cancel)
        case 206, 416:
            // The server sent another part than was asked for, so the local file cannot be continued.
            unlink(path)
            failure = .refused("the server cannot continue the file, and what was here was removed; try again")
        case 500...599, 408, 429: failure = .broken("the server answers \(status), try later")
        default:
            let meaning = status == 404 ? ", not found" : ""
            failure = .refused(
                "the server answers \(status)\(meaning); download the file by other means and name its folder")
        }
        if failure == nil {
            if descriptor < 0 {
                failure = .unwritable(String(cString: strerror(errno)).lowercased())
            } else if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                failure = .refused("another program is fetching it at this moment; wait for that")
            } else if ftruncate(descriptor, off_t(received)) != 0 {
                failure = .unwritable(String(cString: strerror(errno)).lowercased())
            }
        }
        completionHandler(failure == nil ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard failure == nil else { return }
        activity.withLock { $0.last = .now }
        received += data.count
        if let size, received > size {
            failure = .refused("the server sends more than the \(size) bytes that the file has")
            unlink(path)
            return dataTask.cancel()
        }
        let isWritten = data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let step = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if step < 0 && errno != EINTR { return false }
                written += max(step, 0)
            }
            return true
        }
        guard isWritten else {
            failure = .unwritable(String(cString: strerror(errno)).lowercased())
            return dataTask.cancel()
        }
        progress(received)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if failure == nil, activity.withLock({ $0.isLate }) {
            failure = .broken("nothing came for \(timeout) seconds")
        }
        if failure == nil, announcedSize != offset || offset == 0, let error {
            failure =
                received > 0 ? .broken(Self.reason(error)) : .refused("it cannot be reached: \(Self.reason(error))")
        }
        finished.signal()
    }

    /// The size of the whole file in a header such as `bytes 5-9/10` or `bytes */10`.
    private static func wholeSize(_ header: String) -> Int? { header.split(separator: "/").last.flatMap { Int($0) } }

    private static func reason(_ error: any Error) -> String {
        (error as? URLError).map { "\($0.localizedDescription), \($0.code.rawValue)" } ?? error.localizedDescription
    }
}
