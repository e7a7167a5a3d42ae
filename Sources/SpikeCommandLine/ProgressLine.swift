import Foundation

/// Shows the progress of a command on standard error: on a terminal as one line that is rewritten, in a file as a new
/// line at intervals.
public final class ProgressLine: @unchecked Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let interval: Duration
    /// Guards `lastUpdate`.
    private let lock = NSLock()
    private var lastUpdate: ContinuousClock.Instant

    /// Creates a progress line.
    ///
    /// - Parameter fileInterval: The least time between two lines in a file, and before the first; a short command
    ///   writes none.
    public init(fileInterval: Duration = .seconds(10)) {
        interval = isTerminal ? .milliseconds(100) : fileInterval
        lastUpdate = isTerminal ? .now - interval : .now
    }

    /// Shows `text`, unless the last update was less than an interval ago: 0.1 s on a terminal, `fileInterval` in a
    /// file. `text` is only evaluated if it is shown.
    public func update(_ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        let isDue = lock.withLock {
            if now - lastUpdate < interval { return false }
            lastUpdate = now
            return true
        }
        if isDue { write(isTerminal ? "\r\u{1B}[K\(text())" : "\(text())\n") }
    }

    /// Removes the line from a terminal; does nothing in a file.
    public func clear() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    /// Writes a line that stays, on a terminal and in a file.
    public func note(_ text: String) {
        clear()
        write("\(text)\n")
    }

    private func write(_ text: String) { StandardStreams.complain(text) }
}
