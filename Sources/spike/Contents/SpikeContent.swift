import ArrayFiles
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

/// Spikes that `spike encode` or `spike stream` wrote: with all that decoding needs, or as text.
struct SpikeContent: FileContent {
    static var writableExtensions: [String] { SpikeTrainFile.extensions + ["nwb"] }

    private let file: String
    private let train: SpikeTrain
    /// `nil` for spikes from text, which do not say how they came about.
    private let encoded: EncodedSignal?
    private let stepRate: Double?

    static func open(_ path: String, _ reading: ReadingOptions) throws -> SpikeContent? {
        if EventStreamFile.recognises(path) { return try openStream(path, reading) }
        let isHDF5 = ["h5", "hdf5"].contains(fileExtension(path) ?? "")
        guard try isHDF5 || SpikeTrainFile.isListOfEvents(path) else { return nil }
        if reading.part.columns != nil || isHDF5 && reading.samplingRate != nil {
            throw CommandError(
                "\(path): \(isHDF5 ? "--sampling-rate and --columns do" : "--columns does") not go with spikes")
        }
        if isHDF5 {
            let encoded = try EncodedFile.read(path)
            return SpikeContent(
                file: path, train: encoded.spikes, encoded: encoded, stepRate: encoded.stepTimes?.rate)
        }
        return SpikeContent(
            file: path, train: try SpikeTrainFile.readTrain(path, stepRate: reading.samplingRate), encoded: nil,
            stepRate: reading.samplingRate)
    }

    private static func openStream(_ path: String, _ reading: ReadingOptions) throws -> SpikeContent {
        let encoded = try EventStreamFile.read(path)
        let rate = encoded.stepTimes?.rate
        if reading.part.columns != nil { throw CommandError("\(path): --columns does not go with spikes") }
        if let given = reading.samplingRate, given != rate {
            throw CommandError(
                "\(path): its header says \(rate.map { "\(readable($0, digits: 9)) steps per second" } ?? "that events have steps, no times")"
                    + "; leave --sampling-rate out")
        }
        return SpikeContent(file: path, train: encoded.spikes, encoded: encoded, stepRate: rate)
    }

    /// The duration in seconds, if the rate of the steps is known.
    private var duration: Double? { stepRate.map { Double(train.stepCount) / $0 } }

    var text: String {
        var text = "\(displayName(file)): \(counted(train.unitCount, "unit")) × \(counted(train.stepCount, "step"))"
        text += stepRate.map { ", \(readable($0, digits: 9)) steps per second" } ?? ", no rate"
        text += ", \(counted(train.spikeCount, "spike"))"
        if let duration, duration > 0 {
            text += ", \(readable(Double(train.spikeCount) / duration, digits: 3)) per second"
        }
        guard let encoded else { return text }
        text += "\ncodec: \(ShellCommand(encoded.codec.commandLineArguments))"
        let names = encoded.channels.compactMap(\.name)
        text += "\nrecording: \(counted(encoded.channels.count, "channel"))"
        if !names.isEmpty { text += " (\(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? ", …" : ""))" }
        if let unit = encoded.unit { text += " in \(unit)" }
        if encoded.startTime != 0 { text += ", starting at \(readable(encoded.startTime, digits: 12)) s" }
        return text
    }

    var warnings: [String] { [] }

    var information: any Encodable {
        Information(
            kind: "spikes", file: file, unitCount: train.unitCount, stepCount: train.stepCount,
            spikeCount: train.spikeCount, stepRate: stepRate, duration: duration, isGraded: train.amplitudes != nil,
            codec: encoded?.codec, channelNames: encoded?.channels.map(\.name), samplingRate: encoded?.samplingRate,
            unit: encoded?.unit, startTime: encoded?.startTime)
    }

    func write(to output: String) throws {
        let type = fileExtension(output)
        if let encoded {
            if type == "nwb" { return try NWBUnits(encoded).write(to: output) }
            return try SpikeTrainFile.write(encoded, to: output)
        }
        guard type == "npy" else {
            throw CommandError(
                "\(file): a list of events does not say how its spikes came about; it converts to .npy only")
        }
        try NPYArray(
            shape: [train.unitCount, train.stepCount],
            elements: train.amplitudes.map { .float32($0) } ?? .int8(train.signs)
        ).write(to: output)
    }

    /// The rate is in steps per second, the duration in seconds.
    private struct Information: Encodable {
        let kind, file: String
        let unitCount, stepCount, spikeCount: Int
        let stepRate, duration: Double?
        let isGraded: Bool
        let codec: Codec?
        let channelNames: [String?]?
        let samplingRate: Double?
        let unit: String?
        let startTime: Double?
    }
}
