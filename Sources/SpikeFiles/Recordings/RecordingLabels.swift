/// Labels of moments or spans of a recording: beats of the heart, sleep stages, notes.
public struct RecordingLabels: Sendable, Hashable, Codable {
    /// One label.
    public struct Label: Sendable, Hashable, Codable {
        /// The time of the label, in seconds after the recording's first sample.
        public let time: Double
        /// The length of the labelled span in seconds; `nil` for a moment.
        public let duration: Double?
        /// What the label says, such as `N` for a normal beat, or the text of a note.
        public let symbol: String
        /// More text that belongs to the label, such as `(AFIB` for a change of rhythm; `nil` for none.
        public let note: String?
        /// The channel that the label is about, counted from 0 in the file; `nil` for all channels.
        public let channel: Int?

        /// Creates a label.
        ///
        /// - Parameters:
        ///   - time: The time in seconds after the recording's first sample.
        ///   - duration: The length of the labelled span in seconds; `nil` for a moment.
        ///   - symbol: What the label says.
        ///   - note: More text that belongs to the label.
        ///   - channel: The channel that the label is about, counted from 0; `nil` for all channels.
        public init(time: Double, duration: Double? = nil, symbol: String, note: String? = nil, channel: Int? = nil) {
            self.time = time
            self.duration = duration
            self.symbol = symbol
            self.note = note
            self.channel = channel
        }
    }

    /// The labels, in the order of the file.
    public let labels: [Label]

    /// Creates labels.
    public init(_ labels: [Label]) { self.labels = labels }

    /// The number of labels of each symbol.
    public var counts: [String: Int] { labels.reduce(into: [:]) { $0[$1.symbol, default: 0] += 1 } }
}
