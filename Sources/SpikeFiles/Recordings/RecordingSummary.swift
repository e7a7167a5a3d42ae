import Foundation
import SpikeEncoding

/// How a file was understood: what became channels, where the sampling rate is from, and what was left out.
public struct RecordingSummary: Sendable, Hashable, Codable {
    /// What a file was read as.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A recording, `channels × samples`.
        case recording
        /// Observations, `rows × features`.
        case observations
    }

    /// The origin of the sampling rate.
    public enum RateSource: String, Sendable, Hashable, Codable {
        /// The times in the file tell the rate.
        case times
        /// The file's header holds the rate.
        case header
        /// The caller gave the rate.
        case given
        /// The rate is not known.
        case none
    }

    /// A column of a table.
    public struct Column: Sendable, Hashable, Codable {
        /// The number of the column, counted from 1.
        public let number: Int
        /// The name of the column; `nil` for a table without names.
        public let name: String?
        /// Why the column is no channel.
        public let reason: String
        /// True if only the values of the column tell that it is no channel; false if its name tells it, or if other
        /// columns were chosen.
        public let isGuess: Bool
    }

    /// The path of the file.
    public let file: String
    /// What the file was read as.
    public let kind: Kind
    /// The number of channels of a recording, or of features of observations.
    public let channelCount: Int
    /// The number of samples of each channel of a recording, or of rows of observations.
    public let sampleCount: Int
    /// One name per channel, or an empty array.
    public let channelNames: [String]
    /// The unit of the values, such as `mV`; `nil` if the file does not say.
    public let unit: String?
    /// The sampling rate in Hz; `nil` if it is unknown.
    public let samplingRate: Double?
    /// The origin of the sampling rate.
    public let rateSource: RateSource
    /// The rate that the times or the header say, in Hz, where the caller gave another one; else `nil`.
    public let fileRate: Double?
    /// The time of the first sample, in seconds; `nil` if the file does not say.
    public let startTime: Double?
    /// The columns that are no channels.
    public let leftOut: [Column]
    /// What may have been misunderstood, one sentence per warning.
    public let warnings: [String]
    /// The number of labels of each symbol, such as those of beats; `nil` if there are no labels.
    public let labels: [String: Int]?

    init(
        file: String, kind: Kind, channelCount: Int, sampleCount: Int, channelNames: [String] = [], unit: String? = nil,
        rates: Rates, startTime: Double? = nil, leftOut: [Column] = [], warnings: [String] = [],
        labels: [String: Int]? = nil
    ) {
        self.file = file
        self.kind = kind
        self.channelCount = channelCount
        self.sampleCount = sampleCount
        self.channelNames = channelNames
        self.unit = unit
        samplingRate = rates.given ?? rates.inFile
        rateSource = rates.given != nil ? .given : rates.inFile != nil ? rates.source : .none
        fileRate = rates.given == nil || rates.given == rates.inFile ? nil : rates.inFile
        self.startTime = startTime
        self.leftOut = leftOut
        self.warnings = warnings
        self.labels = labels
    }

    /// The sampling rate that was asked for and the one that the file has, in Hz.
    struct Rates {
        let given: Double?
        var inFile: Double?
        var source: RateSource = .none
    }
}

extension RecordingSummary {
    /// Warnings for a recording of more channels than samples, and for channels too small for Float32.
    ///
    /// - Parameter layout: How the format lays recordings out.
    static func warnings(_ signal: Signal, _ layout: String) -> [String] {
        var warnings: [String] = []
        if signal.channelCount > signal.sampleCount {
            warnings.append(
                "\(signal.channelCount) channels of \(counted(signal.sampleCount, "sample")): it "
                    + "looks transposed, as \(layout); transpose it if it is")
        }
        let tiny = (0..<signal.channelCount).filter { channel in
            guard let exact = signal.exactValues else { return false }
            let samples = exact[channel * signal.sampleCount..<(channel + 1) * signal.sampleCount]
            return (samples.max() ?? 0) - (samples.min() ?? 0) > 0 && signal.isFlat(channel)
        }
        if !tiny.isEmpty {
            warnings.append(
                "the values of \(list(tiny.map { signal.name(ofChannel: $0) }, limit: 6)) differ by too little for Float32, "
                    + "which takes them for equal; scale the recording up first")
        }
        return warnings
    }
}

extension RecordingSummary: CustomStringConvertible {
    /// All but the warnings, in one line.
    public var description: String {
        var text = "\(file): \(shape)"
        if let unit { text += " in \(unit)" }
        text += ", \(rateText)"
        if let startTime { text += ", starting at \(Self.number(startTime, digits: 15)) s" }
        if let labels, !labels.isEmpty {
            let sorted = labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let kinds = sorted.map { "\(excerpt($0.key.utf8)) \($0.value)" }
            text += "; labels: \(Self.list(kinds, limit: 6))"
        }
        if !leftOut.isEmpty {
            text += "; left out: \(Self.list(leftOut.map(\.description), limit: 6))"
        }
        return printable(text)
    }

    private var shape: String {
        let names = channelNames.isEmpty ? "" : " (\(Self.list(channelNames, limit: 8)))"
        return kind == .recording
            ? "\(counted(channelCount, "channel"))\(names) × \(counted(sampleCount, "sample"))"
            : "\(counted(sampleCount, "row")) × \(counted(channelCount, "feature"))\(names)"
    }

    private var rateText: String {
        guard let samplingRate else { return "no sampling rate" }
        // A rate such as 1/86400 Hz says less than its period.
        let period = samplingRate < 0.1 ? " (a sample every \(Self.number(1 / samplingRate, digits: 9)) s)" : ""
        let rate = "\(Self.number(samplingRate, digits: 9)) Hz\(period)"
        switch rateSource {
        case .times: return "\(rate) from its times"
        case .header: return "\(rate) from its header"
        case .given, .none:
            return "\(rate) as given" + (fileRate.map { " (the file says \(Self.number($0, digits: 9)) Hz)" } ?? "")
        }
    }

    static func list(_ texts: [String], limit: Int) -> String {
        let hidden = texts.count - limit
        return hidden > 0
            ? texts.prefix(limit).joined(separator: ", ") + " and \(hidden) more" : texts.joined(separator: ", ")
    }

    static func number(_ value: Double, digits: Int) -> String { String(format: "%.*g", digits, value) }
}

extension RecordingSummary.Column: CustomStringConvertible {
    /// Such as `column 1 "index" (counts rows)`.
    public var description: String {
        "column \(number)" + (name.map { $0.isEmpty ? "" : " \(excerpt($0.utf8))" } ?? "") + " (\(reason))"
    }
}

extension Signal {
    /// Whether codecs take a channel for constant: Float32 cannot hold the inverse of its width.
    fileprivate func isFlat(_ channel: Int) -> Bool {
        let samples = self.channel(channel)
        return (1 / ((samples.max() ?? 0) - (samples.min() ?? 0))).isInfinite
    }

    fileprivate func name(ofChannel channel: Int) -> String {
        channelNames.isEmpty ? "channel \(channel)" : "column \(excerpt(channelNames[channel].utf8))"
    }
}
