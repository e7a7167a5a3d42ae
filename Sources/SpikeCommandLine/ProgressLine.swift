import Foundation

/// A line on standard error that says how far a command is; silent unless that is a terminal.
public final class ProgressLine: @unchecked Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1
    /// Guards `lastUpdate`.
    private let lock = NSLock()
    private var lastUpdate: ContinuousClock.Instant?

    public init() {}

    /// Shows `text`, at most ten times a second.
    public func update(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = lock.withLock {
            if let lastUpdate, now - lastUpdate < .milliseconds(100) { return false }
            lastUpdate = now
            return true
        }
        if isDue { write("\r\u{1B}[K\(text())") }
    }

    public func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    /// A line that stays, terminal or not.
    public func note(_ text: String) {
        clear()
        write("\(text)\n")
    }

    private func write(_ text: String) { StandardStreams.complain(text) }
}
