import ArgumentParser
import EventFiles
import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports
import SpikeTuning

struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws a recording, spikes, or a search for parameters as SVG, PNG or PDF.",
        discussion: """
            spike plot ecg.csv --output ecg.svg
            spike plot spikes.h5 --output raster.svg
            spike plot spikes.h5 --recording ecg.csv --to 5 --output traces.svg
            spike plot tuning.json --output history.svg
            spike plot events.raw --frames 8 --output frames.svg
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case raster, traces }

    @Argument(
        help: ArgumentHelp(
            "A recording, spikes that `spike encode` wrote as HDF5 (with --kind raster as NPY or CSV, too) or `spike stream` wrote, events of a camera, "
                + "or the .json that `spike tune --output` wrote; - is standard input.",
            valueName: "FILE"))
    var file: String

    @Option(
        help: "How to draw spikes: as a raster, or as traces of the decoded signal (raster; traces with --recording).")
    var kind: Kind?

    @Option(help: ArgumentHelp("The recording that the spikes came from, to be drawn beneath.", valueName: "FILE"))
    var recording: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Sampling rate of the recording in Hz, where its file does not give it.", valueName: "Hz"),
        transform: decimalNumber)
    var samplingRate: Double?

    @OptionGroup var part: RecordingPart

    @Option(
        parsing: .unconditional,
        help: "Start of the time shown, in seconds on the recording's own clock (in samples without a sampling rate).",
        transform: decimalNumber)
    var from: Double?

    @Option(parsing: .unconditional, help: "End of the time shown.", transform: decimalNumber)
    var to: Double?

    @Option(
        parsing: .unconditional, help: "The number of frames that events are drawn in, 1 to 64 (12).",
        transform: wholeNumber)
    var frames: Int?

    @Option(help: "Heading of the plot.")
    var title: String?

    @Option(
        help: ArgumentHelp(
            "Where the plot goes; PNG and PDF need rsvg-convert, of librsvg.", valueName: "OUT.{svg,png,pdf}"))
    var output: String

    func validate() throws {
        try check(samplingRate: samplingRate)
        for value in [from, to] {
            if let value, !value.isFinite {
                throw ValidationError("--from and --to must be finite, got \(value)")
            }
        }
        if let from, let to, from >= to { throw ValidationError("--from \(from) must lie before --to \(to)") }
        if let frames, !(1...64 ~= frames) { throw ValidationError("--frames must be 1 to 64, got \(frames)") }
        if kind == .raster && recording != nil { throw ValidationError("a raster does not show --recording") }
    }

    func run() throws {
        let target = try PlotFile(output, inputs: [file, recording])
        try target.write(plot())
        print("\(displayName(file)) → \(output)")
    }

    /// The path of the file, of which a WFDB record has only the name.
    private var path: String { RecordingFile.path(named: file) }

    private func plot() throws -> any Plot {
        let name = displayName((file as NSString).lastPathComponent)
        let isStream = EventStreamFile.recognises(path)
        if !isStream, kind == nil, recording == nil,
            try EventFile.recognises(path) || EventFile.ownExtensions.contains(fileExtension(path) ?? "")
        {
            return try eventPlot(title: title ?? name)
        }
        if frames != nil { throw CommandError("\(file): --frames goes with events of a camera") }
        if isStream { return try spikePlot(EventStreamFile.read(path), title: title ?? name) }
        if file != "-", try SpikeTimesFile.isOfLayout(file) { return try spikeTimesPlot(title: title ?? name) }
        switch (file as NSString).pathExtension.lowercased() {
        case "h5", "hdf5": return try spikePlot(EncodedFile.read(file), title: title ?? name)
        case "json": return try historyPlot()
        default:
            if kind == .raster { return try trainPlot(title: title ?? name) }
            if kind != nil || recording != nil {
                throw CommandError("\(file): --kind traces and --recording go with spikes (.h5)")
            }
            let loaded = try load(file)
            loaded.announce()
            let signal = loaded.content
            return try TracePlot(
                title: title ?? name, signal: signal,
                window: window(length: signal.sampleCount, signal.times))
        }
    }

    private func eventPlot(title: String) throws -> any Plot {
        try requireNoReadingOptions()
        if samplingRate != nil || part.columns != nil {
            throw CommandError(
                "\(file): --sampling-rate and --columns do not go with events, whose times are in the file")
        }
        let strip = try EventStrip(file, frames: frames ?? 12, from: from, to: to)
        print(strip.summary)
        for remark in strip.summary.remarks { warn("\(file): \(remark)") }
        return strip.plot(title: title)
    }

    /// A raster of spikes that another program wrote by their times.
    private func spikeTimesPlot(title: String) throws -> any Plot {
        if kind == .traces || recording != nil {
            throw CommandError("\(file): spikes of other programs do not say how a recording is decoded from them")
        }
        if samplingRate != nil || part.columns != nil || part.skipRows != nil {
            throw CommandError(
                "\(file): --sampling-rate, --columns and --skip-rows do not go with spikes, whose times are in the file"
            )
        }
        let source = try SpikeTimesFile(file)
        let spikes = try source.spikes(of: part.variable.map(source.index) ?? source.onlyRecording())
        guard let first = spikes.times.first, let last = spikes.times.last else {
            throw CommandError("\(file): has no spikes to draw")
        }
        // As many steps as a plot can show apart, of few units.
        let stepCount = max(256, min(8192, (1 << 26) / spikes.unitCount))
        let rate = Double(stepCount) / max(last - first, 1e-6)
        return try RasterPlot(
            title: title, spikes: spikes.train(rate: rate, stepCount: stepCount), stepRate: rate,
            window: window(length: stepCount, StepTimes(start: first, rate: rate)), startTime: first)
    }

    private func requireNoReadingOptions() throws {
        if part.variable != nil || part.skipRows != nil {
            throw CommandError("\(file): --variable and --skip-rows go with a recording")
        }
    }

    private func spikePlot(_ encoded: EncodedSignal, title: String) throws -> any Plot {
        if recording == nil { try requireNoReadingOptions() }
        if recording == nil, samplingRate != nil || part.columns != nil {
            throw CommandError("\(file): --sampling-rate and --columns go with a recording")
        }
        guard (kind ?? (recording == nil ? .raster : .traces)) == .traces else {
            return try RasterPlot(
                title: title, encoded: encoded,
                window: window(length: encoded.spikes.stepCount, encoded.stepTimes))
        }
        let decoded = try encoded.decode()
        let isDense = encoded.stepsPerSample == 1 && encoded.unitsPerChannel == 1
        guard let recording else {
            return try TracePlot(
                title: title, signal: decoded, subject: .reconstruction, encoded: isDense ? encoded : nil,
                window: window(length: decoded.sampleCount, decoded.times))
        }
        let loaded = try load(recording)
        loaded.announce()
        let signal = try loaded.onClock(of: encoded, from: file)
        if (try? encoded.codec.encode(signal))?.spikes != encoded.spikes {
            warn(
                "\(recording): encoded again, its spikes differ from those of \(file); is it the recording they came "
                    + "from?")
        }
        return try TracePlot(
            title: title, signal: signal, reconstruction: decoded, encoded: isDense ? encoded : nil,
            window: window(length: signal.sampleCount, signal.times))
    }

    /// A plot of spikes from NPY or CSV, which hold no names, and in NPY no rate either.
    private func trainPlot(title: String) throws -> any Plot {
        if part.columns != nil { throw CommandError("\(file): --columns goes with a recording") }
        try requireNoReadingOptions()
        let train = try SpikeTrainFile.readTrain(file, stepRate: samplingRate)
        return try RasterPlot(
            title: title, spikes: train, stepRate: samplingRate,
            window: window(length: train.stepCount, samplingRate.map { StepTimes(rate: $0) }))
    }

    private func load(_ recording: String) throws -> LoadedFile<Signal> {
        try part.load(recording, samplingRate: samplingRate)
    }

    private func historyPlot() throws -> any Plot {
        try requireNoReadingOptions()
        if kind != nil || recording != nil || from != nil || to != nil || samplingRate != nil || part.columns != nil {
            throw CommandError(
                "\(file): --kind, --recording, --sampling-rate, --columns, --from and --to do not go with a search's "
                    + "trials")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError("\(file): cannot be read; is it there?")
        }
        guard let result = try? JSONDecoder().decode(TuningResult.self, from: data), !result.channels.isEmpty else {
            throw CommandError(
                "\(file): holds no trials; write them with `\(ShellCommand([ProgramName.text])) tune … "
                    + "\(ShellCommand(["--output", ShellCommand.fileArgument(file)]))`")
        }
        return TuningHistory(result, title: title).plot
    }

    /// The part of the time axis that `--from` and `--to` choose; `nil` for all of it.
    ///
    /// - Parameter times: The times of samples or steps; `nil` to count them.
    private func window(length: Int, _ times: StepTimes?) throws -> ClosedRange<Double>? {
        guard from != nil || to != nil else { return nil }
        let times = times ?? StepTimes(rate: 1)
        let (start, end) = (times.start, times.time(ofStep: length))
        if let from, from >= end { throw CommandError("\(file) ends at \(end), before --from \(from)") }
        if let to, to <= start { throw CommandError("\(file) starts at \(start), after --to \(to)") }
        return max(from ?? start, start)...min(to ?? end, end)
    }
}
