import ArgumentParser
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

struct StreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Encodes samples as they arrive, from standard input to events on standard output.",
        discussion: """
            arecord -t raw -f S16_LE -r 16000 -c 1 | spike stream --input i16 --sampling-rate 16000 \
            --codec step-forward --threshold 200
            spike stream --follow log.csv --codec delta --threshold 0.1 --output-format jsonl
            … | spike stream --codec step-forward --threshold 0.05 | spike decode -

            Each chunk is encoded as soon as it arrives, in constant memory. Events have a time in seconds, or a step if \
            there is no --sampling-rate, a channel, and a polarity. `spike decode -` turns them back into samples. \
            Ctrl-C ends the stream; its events so far are complete.
            """)

    @OptionGroup var codec: CodecOptions

    @Option(
        help: ArgumentHelp(
            "The format of the samples (csv): csv is a line per sample with a value per channel; the others are little-endian "
                + "numbers, first the first sample of every channel, then the second.",
            valueName: SampleFormat.allCases.map(\.rawValue).joined(separator: "|")))
    var input: SampleFormat = .csv

    @Option(
        help: ArgumentHelp(
            "A file that grows, or a pipe, to read instead of standard input until Ctrl-C. As with `tail -F`, a file that is "
                + "replaced, cut or overwritten is read from its start, and standard error says so.",
            valueName: "FILE"))
    var follow: String?

    @Option(
        parsing: .unconditional,
        help: "The number of channels (1; for csv, the number of values in the first line).", transform: wholeNumber)
    var channels: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The columns of csv that are channels, by name or number from 1, such as 2-4 (all).", valueName: "c[,c…]"))
    var columns: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Sampling rate in Hz (none; events have steps).", valueName: "Hz"),
        transform: decimalNumber)
    var samplingRate: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The time of the first sample in seconds (0).", valueName: "s"),
        transform: decimalNumber)
    var startTime: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "For values far from zero: a value near them, one or one per channel, which is subtracted before they are "
                + "rounded to Float32 (0).", valueName: "v[,v…]"))
    var offset: ValueList<Double>?

    @Option(help: "What happens to lines that are no sample, and to samples with NaN or infinity (stop).")
    var onBad: SampleParser.BadSamples = .stop

    @Option(
        help:
            "How events are written (csv): csv as `spike encode` writes them, JSON lines, or binary records of 16 bytes."
    )
    var outputFormat: EventStreamFormat = .csv

    @Flag(
        help: "After each chunk, says how many steps are decided, so that a decoder need not wait for the next spike.")
    var marks = false

    func validate() throws {
        try check(samplingRate: samplingRate)
        if let channels, !(1...65_536 ~= channels) {
            throw ValidationError("--channels must be 1 to 65536, got \(channels)")
        }
        _ = try columnSelection(columns)
        if columns != nil, input != .csv { throw ValidationError("--columns goes with --input csv") }
        if startTime != nil, samplingRate == nil { throw ValidationError("--start-time goes with --sampling-rate") }
        if let startTime, let samplingRate {
            let steps = samplingRate * Double(try codec.makeCodec().base.stepsPerSample)
            guard abs(startTime).ulp * steps < 0.5 else {
                throw ValidationError(
                    "--start-time \(startTime): double precision does not tell the steps at \(steps) per second apart there; "
                        + "give a time nearer to 0, such as one since midnight")
            }
        }
        if codec.has("seed"), codec.codec.parameter(flag: "seed") == nil {
            throw ValidationError("\(codec.codec.name) draws no random numbers; leave --seed out")
        }
    }

    func run() throws {
        // Options that lack a value are named before anything is waited for.
        try codec.requireStreamable()
        let chosen = try codec.makeCodec()
        StopRequest.listen()
        let source = try ChunkInput(following: follow)
        var parser = SampleParser(
            source.name, format: input, channelCount: channels, columns: try columnSelection(columns), badSamples: onBad
        )
        var encoding: SampleEncoding?
        var hasReported = false
        func encode(_ samples: [Double]) throws {
            if encoding == nil, !samples.isEmpty {
                for (column, name) in parser.namesOfTimes {
                    warn(
                        "\(source.name): column \(column), \"\(name)\", looks like times, and is encoded as a channel; "
                            + "choose the channels by --columns, and the times by --sampling-rate")
                }
                encoding = try makeEncoding(chosen, parser)
            }
            var bytes: [UInt8] = []
            do {
                try encoding?.encode(samples, to: &bytes)
            } catch {
                // The events before the sample that cannot be encoded.
                try ChunkOutput.write(bytes)
                throw error
            }
            try ChunkOutput.write(bytes)
            if !hasReported, let flaw = parser.firstSkipped {
                warn("\(flaw); such samples are left out")
                hasReported = true
            }
        }
        do {
            while parser.failure == nil, let part = try source.next() {
                switch part {
                case .bytes(let bytes): try encode(parser.push(bytes))
                case .newStart(let change):
                    announce(change, source.name, isCut: parser.incompleteByteCount > 0)
                    try encode(parser.startAgain(countingLinesOn: change == .writerEnded))
                }
            }
            if StopRequest.current == nil { try encode(parser.finish()) }
        } catch {
            // The events so far end with their mark, whatever ended them.
            try? end(&encoding)
            throw error
        }
        try end(&encoding)
        if let failure = parser.failure { throw failure }
        if parser.skippedCount > 0 {
            warn("\(source.name): left out: \(counted(parser.skippedCount, "sample")) that could not be used")
        }
        if let clipped = encoding?.clippedCount, clipped > 0 {
            warn("\(source.name): clipped: \(counted(clipped, "value")) outside --minimum…--maximum")
        }
        let isEmpty = encoding == nil
        if let request = StopRequest.current {
            if isEmpty, source.byteCount > 0 { warn(Self.nothingFound(source)) }
            throw request.exitCode
        }
        if isEmpty { throw CommandError(Self.nothingFound(source)) }
    }

    private static func nothingFound(_ source: ChunkInput) -> String {
        source.byteCount == 0
            ? "\(source.name) holds no samples; it is empty"
            : "\(source.name): no sample was found in \(counted(source.byteCount, "byte")); a sample is a line of numbers, or "
                + "what --input says"
    }

    /// Writes the events that are left, and the last mark.
    private func end(_ encoding: inout SampleEncoding?) throws {
        var bytes: [UInt8] = []
        try encoding?.finish(to: &bytes)
        try ChunkOutput.write(bytes)
    }

    private func announce(_ change: FollowedFile.Change, _ name: String, isCut: Bool) {
        // Writers of a pipe come and go.
        guard change != .writerEnded || isCut else { return }
        let start = change == .writerEnded ? "" : ", and is read from its start"
        warn("\(name): \(change.rawValue)\(start)" + (isCut ? "; a sample that was not complete is left out" : ""))
    }

    private func makeEncoding(_ chosen: Codec, _ parser: SampleParser) throws -> SampleEncoding {
        let count = parser.channelCount ?? 1
        if let given = offset?.values.count, given != 1, given != count {
            throw CodecError.parameterCount(codec: "stream", parameter: "offset", count: given, channels: count)
        }
        let offsets = offset.map { given in (0..<count).map { given.perChannel[$0] } } ?? []
        let ranges = try codec.ranges(ofStream: offsets.isEmpty ? Array(repeating: 0, count: count) : offsets)
        var stream = try chosen.base.stream(channelCount: count, ranges: ranges)
        stream.samplingRate = samplingRate
        stream.startTime = startTime ?? 0
        stream.channelNames = parser.channelNames
        return SampleEncoding(stream, channelCount: count, offsets: offsets, format: outputFormat, marks: marks)
    }
}

extension SampleFormat: ExpressibleByArgument {}
extension EventStreamFormat: ExpressibleByArgument {}
extension SampleParser.BadSamples: ExpressibleByArgument {}
