import Foundation
import Synchronization

/// A line on standard error that says how far a command is; silent unless that is a terminal.
final class ProgressLine: Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let lastUpdate = Mutex<ContinuousClock.Instant?>(nil)

    /// Shows `text`, at most ten times a second.
    func update(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = lastUpdate.withLock { last in
            if let previous = last, now - previous < .milliseconds(100) { return false }
            last = now
            return true
        }
        if isDue { write("\r\u{1B}[K\(text())") }
    }

    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
