import SpikeEncoding

/// What was read from a file, how the file was understood, and where in it each value stands.
public struct LoadedFile<Content: Sendable>: Sendable {
    /// The recording, a `Signal`, or the `Observations`.
    public let content: Content

    /// How the file was understood: what became channels, where the sampling rate is from, and what was left out.
    public let summary: RecordingSummary

    /// The labels that the file holds, or that stand in a file beside it; `nil` if there are none.
    public let labels: RecordingLabels?

    let places: ValuePlaces

    init(content: Content, summary: RecordingSummary, places: ValuePlaces, labels: RecordingLabels? = nil) {
        self.content = content
        self.summary = summary
        self.places = places
        self.labels = labels
    }

    /// An error about a value, with the place of that value in the file.
    ///
    /// - Parameter error: What a codec threw when it encoded the content.
    /// - Returns: An error that names the line and column of text, and otherwise channel and sample, or row and
    ///   feature; `nil` for an error that is about no channel.
    public func locating(_ error: CodecError) -> FileError? {
        guard let flaw = error.flaw else { return nil }
        return .unsuitable(
            path: summary.file, problem: "\(places.name(channel: flaw.channel, sample: flaw.sample)) \(flaw.problem)")
    }

    /// The channel or feature as messages call it, such as `column "MLII"` or `channel 1`.
    ///
    /// - Parameter channel: The index of the channel, counted from 0.
    public func name(ofChannel channel: Int) -> String { places.name(channel: channel, sample: nil) }
}

/// Where the values of a recording or of observations stand in their file.
enum ValuePlaces: Sendable {
    /// In a table: the line of each row, and the labels of the columns that became channels. A column that became one
    /// observation has its features below each other.
    case table(LineNumbers, columns: [String], isOneObservation: Bool = false)
    case channels
    case features

    func name(channel: Int, sample: Int?) -> String {
        switch self {
        case .table(let lines, let columns, let isOneObservation):
            let column = columns[isOneObservation ? 0 : channel]
            guard let row = isOneObservation ? channel : sample else { return column }
            return "line \(lines[row]), \(column)"
        case .channels:
            return "channel \(channel)" + (sample.map { ", sample \($0)" } ?? "")
        case .features:
            return (sample.map { "row \($0), " } ?? "") + "feature \(channel)"
        }
    }
}
