import ArgumentParser
import SpikeCommandLine
import SpikeEncoding

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Converts a file of events, spikes or a recording to another format.",
        discussion: """
            spike convert events.raw events.npy
            spike convert events.aedat4 events.raw
            spike convert ecg.csv ecg.npy
            spike convert spikes.h5 spikes.nwb

            Events of cameras (EVT2, EVT3, DAT, AEDAT 2 to 4, N-MNIST, NPY, HDF5) become \
            \(extensions(EventContent.self)), recordings \(extensions(RecordingContent.self)), spikes \
            \(extensions(SpikeContent.self)). NPY of events is a structured array of t (int64, µs), x, y (uint16) and p \
            (uint8, 0 or 1), of recordings float32, channels × samples (float64 for \
            values far from zero). A warning says what the \
            target cannot hold. Spikes of other programs (NWB, HDF5 in the layout of SHD) \
            become \(extensions(SpikeTimesContent.self)); --variable chooses one of several recordings.
            """)

    @Argument(help: ArgumentHelp("The file to convert; - is standard input.", valueName: "IN"))
    var input: String

    @Argument(help: ArgumentHelp("The file to write; its extension decides the format.", valueName: "OUT"))
    var output: String

    @OptionGroup var reading: ReadingOptionGroup

    func run() throws {
        let content = try openContent(input, reading.options)
        try requireOutput(output, extensions: type(of: content).writableExtensions, inputs: [input])
        content.announce()
        try content.write(to: output)
        for loss in content.losses(in: output) { warn(loss) }
        print("\(displayName(input)) → \(output)")
    }

    private static func extensions(_ kind: any FileContent.Type) -> String {
        kind.writableExtensions.map { ".\($0)" }.joined(separator: " ")
    }
}

/// The options that say how files are read where they do not say it themselves.
struct ReadingOptionGroup: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sampling rate in Hz of a recording, or steps per second of a list of spikes, where the file does not give it.",
            valueName: "Hz"),
        transform: decimalNumber)
    var samplingRate: Double?

    @OptionGroup var part: RecordingPart

    @Option(
        help:
            "How the times of EVT3 are read: as its specification says (standard), or as the Python package expelliarmus 1.1.12 does (reference)."
    )
    var dialect: Dialect?

    func validate() throws {
        try check(samplingRate: samplingRate)
    }

    var options: ReadingOptions { ReadingOptions(samplingRate: samplingRate, part: part, dialect: dialect) }
}

extension FileContent {
    /// Prints what is in the file, and warnings on standard error.
    ///
    /// - Parameter json: True if standard output is JSON.
    func announce(json: Bool = false) {
        if !json { print(text) }
        for warning in warnings { warn(warning) }
    }
}
