import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Turns spikes back into a recording.",
        discussion: "spike decode spikes.h5 --output decoded.csv")

    @Argument(help: ArgumentHelp("Spikes that `spike encode` wrote as HDF5.", valueName: "IN.h5"))
    var file: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where decoding starts, in the recording's unit, one value or one per channel, instead of the first sample: "
                + "\(codecNames { $0.usual.startsFromValue }).", valueName: "v[,v…]"))
    var initialValue: ValueList<Double>?

    @OptionGroup var threads: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "Where the recording goes; NPY is channels × samples, or of \(codecNames { $0.input == .observations }) a row per "
                + "observation, of float32 (float64 for values far from zero).", valueName: "OUT.{npy,csv,wav}"))
    var output: String

    func run() throws {
        try requireOutput(output, extensions: RecordingFile.writableExtensions, inputs: [file])
        let encoded = try EncodedFile.read(file)
        let signal = try encoded.decode(initialValues: initialValues(encoded), threads: threads.threads)
        if encoded.codec.base is any ObservationCodec, output.lowercased().hasSuffix(".npy") {
            try observations(signal).write(to: output)
        } else {
            try RecordingFile.write(signal, to: output)
        }
        print(
            "\(encoded.codec.name): \(counted(signal.channelCount, "channel")) × \(counted(signal.sampleCount, "sample")) "
                + "→ \(output)")
    }

    /// The initial values minus the channels' offsets, as decoding expects them.
    private func initialValues(_ encoded: EncodedSignal) throws -> PerChannel<Float>? {
        guard let given = initialValue?.perChannel else { return nil }
        let floats: [Float]
        do {
            floats = try given.values.map { try Float(checked: $0) }
        } catch {
            throw CommandError("--initial-value: \(error)")
        }
        // Decoding reports a wrong count itself.
        guard floats.count == 1 || floats.count == encoded.channels.count else { return PerChannel(each: floats) }
        let values = encoded.channels.indices.map { Float(given[$0] - encoded.channels[$0].offset) }
        return values.isEmpty ? nil : PerChannel(each: values)
    }

    /// Observations as an array: one observation is 1-D, several are one per row.
    private func observations(_ signal: Signal) -> NPYArray {
        let (rows, features) = (signal.sampleCount, signal.channelCount)
        let values = Observations(signal).values
        return NPYArray(
            shape: rows == 1 ? [features] : [rows, features],
            elements: signal.channelOffsets.isEmpty ? .float32(values.map { Float($0) }) : .float64(values))
    }
}
