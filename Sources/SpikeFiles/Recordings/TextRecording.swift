import SpikeEncoding

/// Recordings as tables of numbers: a row a sample, a column a channel, and perhaps a column of times.
enum TextRecording {
    static func read(_ path: String, samplingRate: Double?) throws(FileError) -> Signal {
        var timeColumn: TimeColumn?
        let table = try TextTable<Double>(path) { header in
            timeColumn = header.map { TimeColumn(header: $0) } ?? TimeColumn(index: 0, scale: 1)
            return timeColumn?.index
        }
        guard table.rows.rowCount > 0 else {
            throw .malformed(path: path, place: nil, problem: "a header without rows; there are no samples")
        }
        var (rate, start): (Double?, Double) = (nil, 0)
        if let column = timeColumn {
            let times = SampleTimes(values: table.marked, decimals: table.markedDecimals, scale: column.scale)
            if table.header == nil, table.columnCount < 2 || !times.areUnmistakable {
                timeColumn = nil
            } else {
                if samplingRate == nil, let sample = times.firstUneven() { throw unevenTime(table, times, sample) }
                rate = times.samplingRate
                // A thousandth is not exact in binary, a thousand is.
                start =
                    column.scale < 1 ? times.values[0] / (1 / column.scale).rounded() : times.values[0] * column.scale
            }
        }
        let columns = (0..<table.columnCount).filter { $0 != timeColumn?.index }
        let names = columns.compactMap { table.header?[$0] }
        // What `write` calls channels without names.
        let areUnnamed = names.indices.allSatisfy { ColumnName(names[$0]).quantity == "channel \($0)" }
        return Signal(
            exactValues: table.rows.columnMajor(columns), channelCount: columns.count,
            samplingRate: samplingRate ?? rate, startTime: start.isFinite ? start : 0,
            channelNames: areUnnamed ? [] : names, unit: ColumnName.commonUnit(names))
    }

    private static func unevenTime(_ table: TextTable<Double>, _ times: SampleTimes, _ sample: Int) -> FileError {
        let step = times.step(before: sample)
        let others = (1..<times.values.count).map { times.step(before: $0) }.sorted()[(times.values.count - 1) / 2]
        return .malformed(
            path: table.path, place: "line \(table.line(ofRow: sample))",
            problem: "the time goes on by \(brief(step)) s, elsewhere by \(brief(others)) s; "
                + "resample to even steps, or give the sampling rate to pass over the times")
    }

    private static func brief(_ value: Double) -> String { "\((value * 1e9).rounded() / 1e9)" }

    static func write(_ signal: Signal, to path: String) throws(FileError) {
        let names = (0..<signal.channelCount).map { ColumnName.name(signal.name(ofChannel: $0), unit: signal.unit) }
        let times = signal.times
        let areFloats = signal.exactValues == nil && signal.channelOffsets.isEmpty
        try AtomicFile.write(to: path) { temporary in
            let file = try OutputFile(temporary)
            try file.write(
                ((signal.samplingRate == nil ? [] : ["time_s"]) + names.map(quoted)).joined(separator: ",") + "\n")
            for sample in 0..<signal.sampleCount {
                var separator = ""
                if let times {
                    try file.write("\(times.time(ofStep: sample))")
                    separator = ","
                }
                for channel in 0..<signal.channelCount {
                    try file.write(separator)
                    if areFloats {
                        try file.write("\(signal.values[channel * signal.sampleCount + sample])")
                    } else {
                        try file.write("\(signal.value(ofChannel: channel, sample: sample))")
                    }
                    separator = ","
                }
                try file.write("\n")
            }
            try file.close()
        }
    }

    /// A header field that the reader takes for one name, whatever it holds.
    private static func quoted(_ name: String) -> String {
        let clean = String(name.map { $0 == "\"" ? "'" : $0.isNewline ? " " : $0 })
        return clean.contains { ",;|\t".contains($0) } || clean.first == "#" || clean.first == " " || clean.last == " "
            ? "\"\(clean)\"" : clean
    }
}
