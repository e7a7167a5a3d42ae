import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Turns spikes back into a recording.",
        discussion: """
            spike decode spikes.h5 --output decoded.csv
            … | spike stream --codec step-forward --threshold 0.1 | spike decode - | …

            Saved output of `spike stream` is decoded as a whole. With -, the command reads the output of `spike stream` from \
            standard input as it arrives, and writes the samples to standard output.
            """)

    @Argument(
        help: ArgumentHelp(
            "Spikes that `spike encode` wrote as HDF5, or that `spike stream` wrote; - is the output of `spike stream` on "
                + "standard input.", valueName: "IN"))
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
    var output: String?

    @Option(
        help: ArgumentHelp(
            "The format of the samples with - (csv): csv is a line per sample, the others are little-endian numbers, interleaved.",
            valueName: SampleFormat.allCases.map(\.rawValue).joined(separator: "|")))
    var outputFormat: SampleFormat?

    func validate() throws {
        let isStream = file == "-"
        if !isStream, output == nil {
            throw ValidationError("Missing expected argument '--output <OUT.{npy,csv,wav}>'")
        }
        if isStream, output != nil || initialValue != nil {
            throw ValidationError(
                "--output and --initial-value go with a file; samples of - go to standard output, as --output-format says"
            )
        }
        if !isStream, outputFormat != nil {
            throw ValidationError("--output-format goes with -; the extension of --output says the format of a file")
        }
    }

    func run() throws {
        guard let output else { return try StreamDecoding(format: outputFormat ?? .csv).run() }
        try requireOutput(output, extensions: RecordingFile.writableExtensions, inputs: [file])
        if SpikeTimesFile.recognises(file) {
            throw CommandError(
                "\(file): holds spikes of another program, which do not say how a recording is decoded from them; "
                    + "`spike encode` writes spikes that do")
        }
        let encoded = try EventStreamFile.recognises(file) ? EventStreamFile.read(file) : EncodedFile.read(file)
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
