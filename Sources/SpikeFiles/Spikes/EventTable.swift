import SpikeEncoding

/// Spikes as text: one row per event, with the columns `time_s` or `step`, `channel`, `polarity` and, of graded codes,
/// `amplitude`. Times are the recording's own; steps count from its start.
enum EventTable {
    static func write(_ encoded: EncodedSignal, to path: String) throws(FileError) {
        try AtomicFile.write(to: path) { temporary in
            let file = try OutputFile(temporary)
            try file.write(
                "\(encoded.stepTimes == nil ? "step" : "time_s"),channel,polarity"
                    + "\(encoded.spikes.amplitudes == nil ? "" : ",amplitude")\n")
            for event in encoded.events {
                try file.write(event.time.map { "\($0)" } ?? "\(event.step)")
                try file.write(",\(event.unit),\(event.sign)")
                if let amplitude = event.amplitude { try file.write(",\(amplitude)") }
                try file.write("\n")
            }
            try file.close()
        }
    }

    /// Whether a table with these names holds events.
    static func isHeader(_ names: [String]?) -> Bool { names.flatMap { Columns($0) } != nil }

    static func read(
        _ path: String, stepRate: Double?, startTime: Double, unitCount: Int?, stepCount: Int?
    ) throws(FileError) -> SpikeTrain {
        let table = try NumberTable<Double>(InputFile(path))
        guard let columns = Columns(table.header ?? []) else {
            throw .malformed(
                path: path, place: "header",
                problem: "a list of events has the columns time_s or step, channel, polarity, and perhaps amplitude")
        }
        if columns.isInSeconds {
            guard let stepRate else {
                throw .unsuitable(
                    path: path,
                    problem: "its times are in seconds; give the rate of the steps in Hz by --sampling-rate")
            }
            guard stepRate.isFinite, stepRate > 0 else {
                throw .unsuitable(path: path, problem: "the rate of the steps must be above 0 Hz, got \(stepRate)")
            }
        }
        let values = table.rows.rowMajor(
            [columns.time, columns.unit, columns.polarity] + (columns.amplitude.map { [$0] } ?? []))
        let width = columns.amplitude == nil ? 3 : 4
        let times = StepTimes(start: startTime, rate: stepRate ?? 1)
        func step(_ written: Double) -> Double { columns.isInSeconds ? times.step(atTime: written) : written }
        var (unitLimit, stepLimit) = (0, 0)
        for row in 0..<values.count / width {
            let event = Array(values[row * width..<(row + 1) * width])
            guard let step = wholeNumber(step(event[0]), tolerance: columns.isInSeconds ? 0.1 : 0),
                let unit = wholeNumber(event[1], tolerance: 0), abs(event[2]) == 1, Float(event[width - 1]).isFinite
            else {
                throw .malformed(
                    path: path, place: "line \(table.line(ofRow: row))",
                    problem: flaw(event, columns.isInSeconds ? times : nil))
            }
            (unitLimit, stepLimit) = (max(unitLimit, unit + 1), max(stepLimit, step + 1))
        }
        // Numbers in the file do not decide how much memory is taken.
        let bound = max(1 << 28, (try InputFile(path)).size << 12)
        guard unitCount != nil || stepCount != nil || unitLimit <= bound / max(1, stepLimit) else {
            throw .tooLarge(
                path: path,
                problem:
                    "\(counted(unitLimit, "unit")) × \(counted(stepLimit, "step")) take far more memory than the file; subtract the first "
                    + "step from all, and number the units from 0")
        }
        var builder = try SpikeTrainBuilder(
            path, unitCount: unitCount ?? unitLimit, stepCount: stepCount ?? stepLimit,
            isGraded: columns.amplitude != nil)
        for row in 0..<values.count / width {
            let start = row * width
            let amplitude = columns.amplitude == nil ? nil : Float(values[start + 3])
            if let problem = builder.add(
                unit: Int(values[start + 1]), step: Int(step(values[start]).rounded()),
                polarity: Int(values[start + 2]), amplitude: amplitude)
            {
                throw .malformed(path: path, place: "line \(table.line(ofRow: row))", problem: problem)
            }
        }
        return builder.train
    }

    private static func wholeNumber(_ value: Double, tolerance: Double) -> Int? {
        guard value.rounded() >= 0, value < 1e15, abs(value - value.rounded()) <= tolerance else { return nil }
        return Int(value.rounded())
    }

    private static func flaw(_ event: [Double], _ times: StepTimes?) -> String {
        if wholeNumber(event[1], tolerance: 0) == nil { return "channel \(event[1]) is no whole number from 0" }
        if abs(event[2]) != 1 { return "polarity \(event[2]) is neither 1 nor -1" }
        if let amplitude = event.dropFirst(3).first, !Float(amplitude).isFinite {
            return amplitude.isFinite
                ? "the amplitude \(amplitude) is beyond what Float32 holds, ±3.4e38; scale the recording down first"
                : "the amplitude is \(amplitude)"
        }
        return times.map { "the time \(event[0]) s is no step from \($0.start) s on at \($0.rate) steps per second" }
            ?? "step \(event[0]) is no whole number from 0"
    }

    private struct Columns {
        let time: Int
        let isInSeconds: Bool
        let unit: Int
        let polarity: Int
        let amplitude: Int?

        /// Finds the columns by their names; `nil` unless these are the names of a list of events.
        init?(_ header: [String]) {
            let names = header.map { $0.lowercased() }
            guard let time = names.firstIndex(where: { $0 == "time_s" || $0 == "step" }),
                let unit = names.firstIndex(of: "channel"), let polarity = names.firstIndex(of: "polarity")
            else { return nil }
            self.time = time
            isInSeconds = names[time] == "time_s"
            self.unit = unit
            self.polarity = polarity
            amplitude = names.firstIndex(of: "amplitude")
        }
    }
}
