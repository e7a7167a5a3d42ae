import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Turns a recording into spikes.",
        discussion: """
            spike encode ecg.csv --codec step-forward --threshold 0.1 --output spikes.h5
            spike encode state.npy --codec receptive-fields --minimum -2,-5 --maximum 2,5 --output spikes.npy

            \(codecNames { $0.input == .observations }) encode observations, one per row, and write steps × units \
            (for several observations, NPY is steps × observations × units).
            """)

    @OptionGroup var recording: RecordingOptions
    @OptionGroup var codec: CodecOptions
    @OptionGroup var threads: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "Where the spikes go: .h5 can be decoded, .npy is int8 channels × samples (float32 for graded codes), .csv "
                + "has a row per event.", valueName: "OUT.{h5,npy,csv}"))
    var output: String

    @Option(
        help:
            "How spikes are stored in HDF5: events (times, units and signs, which readers of the Spiking Heidelberg Digits understand) or frames (every step, compressed); by default events, or frames where events would be larger."
    )
    var layout: EncodedFile.Layout?

    func validate() throws {
        if let layout, !["h5", "hdf5"].contains(fileExtension(output)) {
            throw ValidationError("--layout \(layout.rawValue) goes with an --output of HDF5 (.h5), got \(output)")
        }
        if codec.has("seed"), codec.codec.parameter(flag: "seed") == nil {
            throw ValidationError("\(codec.codec.name) draws no random numbers; leave --seed out")
        }
    }

    func run() throws {
        try requireOutput(output, extensions: SpikeTrainFile.extensions, inputs: [recording.file])
        let (encoded, fidelity) =
            try codec.codec.input == .observations ? (encodeObservations(), nil) : encodeRecording()
        try SpikeTrainFile.write(encoded, to: output, layout: layout)
        print(summary(encoded))
        if let fidelity { print("decoded again: \(fidelity.text)") }
        if let warning = fidelity?.warning { warn(warning) }
    }

    private func encodeRecording() throws -> (EncodedSignal, Fidelity?) {
        let chosen = try codec.makeCodec()
        let loaded = try recording.load()
        loaded.announce()
        let ranges = try codec.ranges(for: loaded.content)
        let encoded = try loaded.locatingErrors {
            try chosen.encode(loaded.content, ranges: ranges, threads: threads.threads)
        }
        if let ranges {
            let outside = ranges.indices.reduce(0) { sum, channel in
                let range = ranges[channel].minimum...ranges[channel].maximum
                return sum + loaded.content.channel(channel).count { !range.contains($0) }
            }
            if outside > 0 {
                warn(
                    "\(recording.file): \(outside) of \(counted(loaded.content.values.count, "value")) "
                        + "\(outside == 1 ? "lies" : "lie") outside --minimum…--maximum, where \(encoded.codec.name) "
                        + "may not follow")
            }
        }
        if let silence = Silence(of: encoded, from: loaded) { warn(silence.text) }
        return (encoded, try Fidelity(of: encoded, to: loaded, threads: threads.threads))
    }

    private func encodeObservations() throws -> EncodedSignal {
        try codec.requireAskedFor()
        guard let chosen = try codec.makeCodec().base as? any ObservationCodec else {
            preconditionFailure("\(codec.codec.name) does not encode observations")
        }
        let loaded = try recording.loadObservations()
        loaded.announce()
        let encoded = try loaded.locatingErrors { try chosen.encode(loaded.content, threads: threads.threads) }
        let values = loaded.content.values
        if encoded.clippedCount > 0 {
            let ranges = Set((0..<loaded.content.featureCount).map { "\(chosen.minimum[$0])…\(chosen.maximum[$0])" })
            let isOne = encoded.clippedCount == 1
            warn(
                "\(recording.file): \(encoded.clippedCount) of \(counted(values.count, "value")) "
                    + "\(isOne ? "lies" : "lie") outside "
                    + "\(ranges.count == 1 ? ranges.first! : "the feature's range") and \(isOne ? "was" : "were") clipped; "
                    + "the values reach from "
                    + "\(readable(values.min() ?? 0)) to \(readable(values.max() ?? 0)); --minimum and --maximum set the range"
            )
        }
        if encoded.spikes.spikeCount == 0 {
            warn(
                "\(recording.file): no spikes: the values reach from \(readable(values.min() ?? 0)) to "
                    + "\(readable(values.max() ?? 0)); set --minimum and --maximum around them")
        }
        return encoded
    }

    private func summary(_ encoded: EncodedSignal) -> String {
        let spikes = encoded.spikes
        let rate = encoded.stepRate.map { stepRate in
            let perSecond = Double(spikes.spikeCount) / Double(spikes.stepCount) * stepRate / Double(spikes.unitCount)
            return ", \(readable(perSecond)) per second and unit"
        }
        return "\(encoded.codec.name): "
            + (codec.codec.input == .observations
                ? "\(counted(encoded.sampleCount, "observation")) of \(counted(encoded.channels.count, "feature")), "
                : "")
            + "\(counted(spikes.unitCount, "unit")) × \(counted(spikes.stepCount, "step")), "
            + counted(spikes.spikeCount, "spike") + (rate ?? "")
            + ", sparsity \(readable(100 * spikes.sparsity, digits: 3)) % → \(output)"
    }
}

extension EncodedFile.Layout: ExpressibleByArgument {}
