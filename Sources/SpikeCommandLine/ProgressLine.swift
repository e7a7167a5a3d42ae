import Foundation

/// A line on standard error that says how far a command is. A terminal shows one line that changes; a file gets a new line
/// now and then, and none from a command that ends soon.
public final class ProgressLine: @unchecked Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let interval: Duration
    /// Guards `lastUpdate`.
    private let lock = NSLock()
    private var lastUpdate: ContinuousClock.Instant

    /// - Parameter fileInterval: The least time between two lines in a file, and before the first.
    public init(fileInterval: Duration = .seconds(10)) {
        interval = isTerminal ? .milliseconds(100) : fileInterval
        lastUpdate = isTerminal ? .now - interval : .now
    }

    /// Shows `text`, unless the last update was a moment ago: a tenth of a second on a terminal, ten in a file.
    public func update(_ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        let isDue = lock.withLock {
            if now - lastUpdate < interval { return false }
            lastUpdate = now
            return true
        }
        if isDue { write(isTerminal ? "\r\u{1B}[K\(text())" : "\(text())\n") }
    }

    public func clear() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    /// A line that stays, terminal or not.
    public func note(_ text: String) {
        clear()
        write("\(text)\n")
    }

    private func write(_ text: String) { StandardStreams.complain(text) }
}
