/// Something in a file of events that was passed over or that is odd, and how often it occurred.
public struct EventRemark: Sendable, Hashable, Codable {
    /// What was found, in the plural, such as `trigger events passed over`.
    public let finding: String

    /// How often it was found.
    public internal(set) var count: Int

    /// The position of the first one in bytes from the start of the file; `nil` where it has no such position.
    public internal(set) var firstByte: Int?
}

extension EventRemark: CustomStringConvertible {
    /// Such as `3 trigger events passed over, the first at byte 120`.
    public var description: String {
        "\(count) \(count == 1 ? singular : finding)"
            + (firstByte.map { ", the \(count == 1 ? "only" : "first") one at byte \($0)" } ?? "")
    }

    /// The finding with its first noun in the singular.
    private var singular: String {
        finding.replacing(/\b(byte|event|packet|sample|vector|word)s\b/, maxReplacements: 1) { $0.1 }
    }
}

extension [EventRemark] {
    /// Counts a finding.
    mutating func note(_ finding: String, count: Int = 1, byte: Int? = nil) {
        guard count > 0 else { return }
        if let index = firstIndex(where: { $0.finding == finding }) {
            self[index].count += count
            if let byte, let first = self[index].firstByte { self[index].firstByte = Swift.min(byte, first) }
        } else {
            append(EventRemark(finding: finding, count: count, firstByte: byte))
        }
    }
}
