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

            receptive-fields and rate take one observation, or a row each, and write steps × units (NPY of several \
            observations: steps × observations × units).
            """)

    @OptionGroup var recording: RecordingOptions
    @OptionGroup var codec: CodecOptions
    @OptionGroup var threads: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "Where the spikes go: .h5 can be decoded, .npy is int8 channels × samples (float32 for graded codes), .csv "
                + "has an event a row.", valueName: "OUT.{h5,npy,csv}"))
    var output: String

    @Option(
        help:
            "How spikes lie in HDF5: events (times, units and signs, which readers of the Spiking Heidelberg Digits understand) or frames (every step, compressed); by default events, or frames where those are larger than the train."
    )
    var layout: EncodedFile.Layout?

    func validate() throws {
        if let layout, !["h5", "hdf5"].contains(fileExtension(output)) {
            throw ValidationError("--layout \(layout.rawValue) goes with an --output of HDF5 (.h5), got \(output)")
        }
        if codec.seed != nil, !codec.isRandom {
            throw ValidationError(
                codec.codec.takesObservations
                    ? "--seed goes with --conversion poisson; nothing is random otherwise"
                    : "\(codec.codec.rawValue) draws no random numbers; leave --seed out")
        }
    }

    func run() throws {
        try requireOutput(output, extensions: SpikeTrainFile.extensions, inputs: [recording.file])
        let encoded = try codec.codec.takesObservations ? encodeObservations() : encodeRecording()
        try SpikeTrainFile.write(encoded, to: output, layout: layout)
        print(summary(encoded))
        if encoded.clippedCount > 0 {
            print("\(counted(encoded.clippedCount, "value")) lay outside --minimum…--maximum and were clipped")
        }
    }

    private func encodeRecording() throws -> EncodedSignal {
        let chosen = try codec.makeCodec()
        let loaded = try recording.load()
        loaded.announce()
        let encoded = try loaded.locatingErrors {
            try chosen.base.encode(
                loaded.content, ranges: codec.ranges(for: loaded.content), threads: threads.threads)
        }
        if let silence = Silence(of: encoded, from: loaded) { warn(silence.text) }
        return encoded
    }

    private func encodeObservations() throws -> EncodedSignal {
        if codec.codec == .receptiveFields && (codec.minimum == nil || codec.maximum == nil) {
            throw CommandError(
                "receptive-fields needs --minimum and --maximum, the values at its first and last centre")
        }
        guard let chosen = try codec.makeCodec().base as? any ObservationCodec else {
            preconditionFailure("\(codec.codec.rawValue) does not encode observations")
        }
        let loaded = try recording.loadObservations()
        loaded.announce()
        let encoded = try loaded.locatingErrors { try chosen.encode(loaded.content, threads: threads.threads) }
        if encoded.spikes.spikeCount == 0 {
            let values = loaded.content.values
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
            return ", \(readable(perSecond)) a second and unit"
        }
        return "\(encoded.codec.name): "
            + (codec.codec.takesObservations
                ? "\(counted(encoded.sampleCount, "observation")) of \(counted(encoded.channels.count, "feature")), "
                : "")
            + "\(counted(spikes.unitCount, "unit")) × \(counted(spikes.stepCount, "step")), "
            + counted(spikes.spikeCount, "spike") + (rate ?? "")
            + ", sparsity \(readable(100 * spikes.sparsity, digits: 3)) % → \(output)"
    }
}

extension EncodedFile.Layout: ExpressibleByArgument {}
