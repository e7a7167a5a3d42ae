import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles

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
            "Where decoding starts, one or one a channel, instead of the first sample: step-forward, pwm, delta, "
                + "rate-step-forward.", valueName: "v[,v…]"))
    var initialValue: ValueList<Float>?

    @OptionGroup var threads: ThreadOptions

    @Option(
        help: ArgumentHelp(
            "Where the recording goes; NPY is float32 channels × samples, or of receptive-fields and rate a row an "
                + "observation.", valueName: "OUT.{npy,csv,wav}"))
    var output: String

    func run() throws {
        try requireOutput(output, extensions: RecordingFile.writableExtensions, inputs: [file])
        let encoded = try EncodedFile.read(file)
        let signal = try encoded.decode(initialValues: initialValue?.perChannel, threads: threads.threads)
        if encoded.codec.base is any ObservationCodec, output.lowercased().hasSuffix(".npy") {
            try observations(signal).write(to: output)
        } else {
            try RecordingFile.write(signal, to: output)
        }
        print(
            "\(encoded.codec.name): \(counted(signal.channelCount, "channel")) × \(counted(signal.sampleCount, "sample")) "
                + "→ \(output)")
    }

    /// One observation is 1-D, several are a row each.
    private func observations(_ signal: Signal) -> NPYArray {
        let (rows, features) = (signal.sampleCount, signal.channelCount)
        return NPYArray(
            shape: rows == 1 ? [features] : [rows, features],
            elements: .float32((0..<rows).flatMap { row in (0..<features).map { signal[$0, row] } }))
    }
}
