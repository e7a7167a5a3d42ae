import SpikeEncoding

extension RecordingFormat {
    static let text = RecordingFormat(
        names: ["CSV"], extensions: ["csv", "tsv", "txt"], matches: { _ in false }, isText: true,
        load: TextRecording.load)
}

/// Recordings as tables of numbers: a row is a sample, a column is a channel, and there may be a column of times.
enum TextRecording {
    static func load(
        _ source: RecordingSource, _ options: ReadingOptions
    ) throws(FileError) -> LoadedFile<Signal> {
        let (path, samplingRate, selection) = (source.path, options.samplingRate, options.columns)
        var (table, columns) = try table(source.file, options)
        guard table.rows.rowCount > 0 else {
            throw .malformed(path: path, place: nil, problem: "a header without rows; there are no samples")
        }
        if samplingRate == nil, let problem = table.unevenTime(columns) { throw problem }
        let names = columns.channels.compactMap { table.header?[$0] }
        // These are the names that `write` gives to channels without names.
        let areUnnamed = names.indices.allSatisfy { ColumnName(names[$0]).quantity == "channel \($0)" }
        let values = table.rows.columnMajor(columns.channels)
        if selection == nil { columns.findUnevenCounter(values.prefix(table.rows.rowCount)) }
        let signal = Signal(
            exactValues: values, channelCount: columns.channels.count,
            samplingRate: samplingRate ?? columns.rates.inFile, startTime: columns.startTime ?? 0,
            channelNames: areUnnamed ? [] : names, unit: ColumnName.commonUnit(names))
        let summary = RecordingSummary(
            file: path, kind: .recording, channelCount: signal.channelCount, sampleCount: signal.sampleCount,
            channelNames: signal.channelNames, unit: signal.unit, rates: columns.rates, startTime: columns.startTime,
            leftOut: columns.leftOut,
            warnings: columns.warnings + RecordingSummary.warnings(signal, "a row is a sample"))
        return LoadedFile(
            content: signal, summary: summary,
            places: .table(table.lines, columns: columns.channels.map(columns.label)))
    }

    /// Reads a table and finds the roles of its columns.
    static func table(
        _ file: InputFile, _ options: ReadingOptions
    ) throws(FileError) -> (NumberTable<Double>, TableColumns) {
        let (path, selection) = (file.path, options.columns)
        var chosen: [Int]?
        let table = try NumberTable<Double>(file, skippedLines: options.skippedRows) { (start) throws(FileError) in
            guard selection != nil || !EventTable.isHeader(start.header) else {
                throw FileError.unsuitable(
                    path: path,
                    problem:
                        "is a table of spikes, not a recording; `spike plot --kind raster` draws it, and only spikes in .h5 "
                        + "or of `spike stream` can be decoded")
            }
            chosen = try selection?.indices(names: start.header, count: start.columnCount, path: path)
            return TableColumns.choice(start, chosen: chosen)
        }
        let columns = table.marked.filter { !$0.values.isEmpty }
        return (
            table,
            TableColumns(
                header: table.header, count: table.columnCount, columns: columns, stamps: table.stamps, chosen: chosen,
                samplingRate: options.samplingRate)
        )
    }

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

    /// The name as a header field in quotes, which the reader takes for one name whatever it contains.
    private static func quoted(_ name: String) -> String {
        let clean = String(name.map { $0.isNewline ? " " : $0 })
        return clean.contains { ",;|\t\"".contains($0) } || clean.first == "#" || clean.first == " "
            || clean.last == " "
            ? "\"\(clean.replacing("\"", with: "\"\""))\"" : clean
    }
}
