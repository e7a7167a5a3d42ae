import SpikeEncoding

/// Spikes as text: a row an event, with the columns `time_s` or `step`, `channel`, `polarity` and, of graded codes,
/// `amplitude`.
enum EventTable {
    static func write(_ train: SpikeTrain, stepRate: Double?, to path: String) throws(FileError) {
        try AtomicFile.write(to: path) { temporary in
            let file = try OutputFile(temporary)
            try file.write(
                "\(stepRate == nil ? "step" : "time_s"),channel,polarity\(train.amplitudes == nil ? "" : ",amplitude")\n"
            )
            try SpikeEvents(train).forEach { (event) throws(FileError) in
                try file.write(stepRate.map { "\(Double(event.step) / $0)" } ?? "\(event.step)")
                try file.write(",\(event.unit),\(train.signs[event.index])")
                if let amplitudes = train.amplitudes { try file.write(",\(amplitudes[event.index])") }
                try file.write("\n")
            }
            try file.close()
        }
    }

    static func read(_ path: String, stepRate: Double?, unitCount: Int?, stepCount: Int?) throws(FileError)
        -> SpikeTrain
    {
        let table = try TextTable<Double>(path)
        let columns = try Columns(table.header ?? [], path)
        if columns.isInSeconds {
            guard let stepRate else {
                throw .unsuitable(path: path, problem: "its times are in seconds; give the rate of the steps in Hz")
            }
            guard stepRate.isFinite, stepRate > 0 else {
                throw .unsuitable(path: path, problem: "the rate of the steps must be above 0 Hz, got \(stepRate)")
            }
        }
        let values = table.rows.rowMajor(
            [columns.time, columns.unit, columns.polarity] + (columns.amplitude.map { [$0] } ?? []))
        let width = columns.amplitude == nil ? 3 : 4
        let scale = columns.isInSeconds ? stepRate ?? 1 : 1
        var (unitLimit, stepLimit) = (0, 0)
        for row in 0..<values.count / width {
            let event = Array(values[row * width..<(row + 1) * width])
            guard let step = wholeNumber(event[0] * scale, tolerance: columns.isInSeconds ? 0.1 : 0),
                let unit = wholeNumber(event[1], tolerance: 0), abs(event[2]) == 1
            else {
                throw .malformed(
                    path: path, place: "line \(table.line(ofRow: row))",
                    problem: flaw(event, scale, columns.isInSeconds))
            }
            (unitLimit, stepLimit) = (max(unitLimit, unit + 1), max(stepLimit, step + 1))
        }
        var builder = try SpikeTrainBuilder(
            path, unitCount: unitCount ?? unitLimit, stepCount: stepCount ?? stepLimit,
            isGraded: columns.amplitude != nil)
        for row in 0..<values.count / width {
            let start = row * width
            if let problem = builder.add(
                unit: Int(values[start + 1]), step: Int((values[start] * scale).rounded()),
                polarity: Int(values[start + 2]),
                amplitude: columns.amplitude == nil ? nil : Float(values[start + 3]))
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

    private static func flaw(_ event: [Double], _ scale: Double, _ isInSeconds: Bool) -> String {
        if wholeNumber(event[1], tolerance: 0) == nil { return "channel \(event[1]) is no whole number from 0" }
        if abs(event[2]) != 1 { return "polarity \(event[2]) is neither 1 nor -1" }
        return isInSeconds
            ? "the time \(event[0]) s is no step from 0 at \(scale) steps a second"
            : "step \(event[0]) is no whole number from 0"
    }

    private struct Columns {
        let time: Int
        let isInSeconds: Bool
        let unit: Int
        let polarity: Int
        let amplitude: Int?

        init(_ header: [String], _ path: String) throws(FileError) {
            let names = header.map { $0.lowercased() }
            guard let time = names.firstIndex(where: { $0 == "time_s" || $0 == "step" }),
                let unit = names.firstIndex(of: "channel"), let polarity = names.firstIndex(of: "polarity")
            else {
                throw .malformed(
                    path: path, place: "header",
                    problem: "a list of events has the columns time_s or step, channel, polarity, and perhaps amplitude"
                )
            }
            self.time = time
            isInSeconds = names[time] == "time_s"
            self.unit = unit
            self.polarity = polarity
            amplitude = names.firstIndex(of: "amplitude")
        }
    }
}
