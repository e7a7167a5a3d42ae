import Foundation
import SpikeCommandLine

/// Refuses to write over the file that is read.
func requireDistinct(input: String?, output: String?) throws {
    guard let input, let output else { return }
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    if resolved(input) == resolved(output) {
        throw CommandError("\(output) is the input, too; give another --output, so that it is not lost")
    }
}

/// A number with its noun: `1 channel`, `2 channels`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
