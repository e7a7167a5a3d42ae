import Foundation
import SpikeCommandLine
import Testing

/// Progress on standard error where that is a file. Each test writes in a process of its own.
@Suite struct ProgressLineTests {
    private static func trap() -> String { preconditionFailure("The text was evaluated.") }

    @Test func aFileGetsLines() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let line = ProgressLine(fileInterval: .zero)
            line.update("one")
            line.clear()
            line.note("two")
            line.update("three")
            // Before its interval has passed, a text is not even evaluated.
            let slow = ProgressLine(fileInterval: .seconds(100_000))
            slow.update(Self.trap())
            slow.note("four")
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("one\ntwo\nthree\nfour\n") && !text.contains("\r"), "\(text)")
    }

    @Test func anIntervalPassesBeforeEveryLine() async {
        await #expect(processExitsWith: .success) {
            let (start, line) = (ContinuousClock.now, ProgressLine(fileInterval: .milliseconds(20)))
            var shown = 0
            func text() -> String {
                shown += 1
                return "\(shown)"
            }
            while shown < 3 { line.update(text()) }
            precondition(ContinuousClock.now - start >= .milliseconds(60))
        }
    }
}
