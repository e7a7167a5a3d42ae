import SpikeEncoding

extension RecordingFormat {
    static let npy = RecordingFormat(
        names: ["NPY"], extensions: ["npy"], matches: { $0.starts(with: [0x93] + Array("NUMPY".utf8)) },
        load: { (source, options) throws(FileError) in
            try ArrayRecording.load(try NPYArray.read(source.file), source.path, options, rate: nil)
        })
}

/// Recordings as arrays: `channels × samples`, or `samples` of one channel.
enum ArrayRecording {
    /// An array of a file that may hold several.
    struct Entry {
        let name: String
        /// The size of each dimension; `nil` for what is no array of real numbers.
        let shape: [Int]?
        /// Reads the array.
        let read: () throws(FileError) -> NPYArray
    }

    /// Makes a recording of an array.
    ///
    /// - Parameters:
    ///   - rate: The sampling rate that the file gives, in Hz.
    ///   - notes: What else may have been misunderstood.
    static func load(
        _ array: NPYArray, _ path: String, _ options: ReadingOptions, rate: Double?, notes: [String] = []
    ) throws(FileError) -> LoadedFile<Signal> {
        guard array.shape.count == 1 || array.shape.count == 2 else {
            throw array.shapeError(path, needed: "a recording is [channels, samples] or [samples]")
        }
        guard array.count > 0 else {
            throw array.shapeError(path, needed: "there are no samples")
        }
        let channelCount = array.shape.count == 1 ? 1 : array.shape[0]
        let signal = Signal(exactValues: array.doubles(), channelCount: channelCount)
        var warnings = notes + RecordingSummary.warnings(signal, "recordings are channels × samples")
        if case .int8(let values) = array.elements, values.contains(0), values.contains(where: { $0 != 0 }),
            values.allSatisfy({ -1...1 ~= $0 })
        {
            warnings.append(
                "its values are −1, 0 and 1 as int8, as spikes are in NPY; it is read as a recording "
                    + "(`spike plot --kind raster` draws spikes)")
        }
        return try RecordingFile.loaded(
            signal, path, options, .init(given: options.samplingRate, inFile: rate, source: .header),
            warnings: warnings)
    }

    /// Makes a recording of one of the arrays in a file.
    ///
    /// - Parameters:
    ///   - entries: All arrays in the file.
    ///   - transposing: Whether the longer dimension of a matrix is the samples, whichever it is.
    static func load(
        _ entries: [Entry], _ path: String, _ options: ReadingOptions, transposing: Bool
    ) throws(FileError) -> LoadedFile<Signal> {
        let entry = try chosen(entries, path, options)
        var (rate, rateName, notes): (Double?, String, [String]) = (nil, "", [])
        for other in entries where other.name != entry.name && rateNames.contains(other.name.lowercased()) {
            guard let shape = other.shape, shape.allSatisfy({ $0 == 1 }) else {
                if options.samplingRate == nil {
                    notes.append("\(excerpt(other.name.utf8)) is no single number, and gives no sampling rate")
                }
                continue
            }
            guard let value = try other.read().doubles().first else { continue }
            guard value.isFinite, value > 0 else {
                if options.samplingRate != nil { continue }
                throw .unsuitable(
                    path: path,
                    problem:
                        "\(other.name) says \(RecordingSummary.number(value, digits: 9)) Hz, which is no sampling rate; "
                        + "give the right one by --sampling-rate")
            }
            if let rate, rate != value, options.samplingRate == nil {
                throw .unsuitable(
                    path: path,
                    problem: "\(rateName) says \(RecordingSummary.number(rate, digits: 9)) Hz, and \(other.name) "
                        + "\(RecordingSummary.number(value, digits: 9)) Hz; give the right one by --sampling-rate")
            }
            if rate == nil { (rate, rateName) = (value, other.name) }
        }
        let array = try entry.read()
        return try load(transposing ? array.withSamplesLast : array, path, options, rate: rate, notes: notes)
    }

    /// What programs call the sampling rate, in lower case.
    private static let rateNames: Set<String> = [
        "fs", "sfreq", "srate", "sr", "sampling_rate", "samplingrate", "sample_rate", "samplerate", "samplefreq",
        "sampling_frequency", "samplingfrequency",
    ]

    private static func chosen(
        _ entries: [Entry], _ path: String, _ options: ReadingOptions
    ) throws(FileError) -> Entry {
        let list = RecordingSummary.list(
            entries.map { entry in
                let shape = entry.shape.map { $0.map(String.init).joined(separator: " × ") } ?? "not of real numbers"
                return "\(excerpt(entry.name.utf8)) (\(shape.isEmpty ? "a number" : shape))"
            }, limit: 12)
        if let name = options.variable {
            guard let entry = entries.first(where: { $0.name == name }) else {
                throw .unsuitable(path: path, problem: "has no array \(excerpt(name.utf8)); it has \(list)")
            }
            guard entry.shape != nil else {
                throw .unsuitable(
                    path: path, problem: "\(excerpt(name.utf8)) is no array of real numbers; it has \(list)")
            }
            return entry
        }
        let fitting = entries.filter { entry in
            guard let shape = entry.shape else { return false }
            return 1...2 ~= shape.count && shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) > 1
        }
        guard fitting.count == 1 else {
            throw .unsuitable(
                path: path,
                problem: fitting.isEmpty
                    ? "holds no array of a recording, [channels, samples] or [samples]; it has "
                        + (entries.isEmpty ? "none at all" : list)
                    : "holds several arrays; choose one by --variable NAME: \(list)")
        }
        return fitting[0]
    }
}

extension NPYArray {
    /// The matrix, transposed if it has more rows than columns.
    fileprivate var withSamplesLast: NPYArray {
        guard shape.count == 2, shape[0] > shape[1] else { return self }
        let values = doubles()
        let (rows, columns) = (shape[0], shape[1])
        var transposed: [Double] = []
        transposed.reserveCapacity(values.count)
        for column in 0..<columns {
            for row in 0..<rows { transposed.append(values[row * columns + column]) }
        }
        return NPYArray(shape: [columns, rows], elements: .float64(transposed))
    }
}
