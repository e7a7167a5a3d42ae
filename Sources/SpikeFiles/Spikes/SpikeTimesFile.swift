import ArrayFiles
import SpikeEncoding

/// Spikes by the time and the unit of each, as other programs keep them, without the steps of a code.
public struct SpikeTimes: Sendable, Hashable {
    /// The time of each spike in seconds, in rising order.
    public let times: [Double]
    /// The unit of each spike, counted from 0.
    public let units: [Int]
    /// 1 for a spike up, −1 for a spike down; other programs have only the first.
    public let signs: [Int8]
    /// The number of units; those at the end may be silent.
    public let unitCount: Int

    /// Spikes in any order.
    ///
    /// - Parameters:
    ///   - times: The time of each spike in seconds, finite.
    ///   - units: The unit of each spike, from 0; as many as times.
    ///   - signs: 1 or −1 for each spike; `nil` for 1.
    ///   - unitCount: The number of units; `nil` for one more than the largest unit.
    public init(times: [Double], units: [Int], signs: [Int8]? = nil, unitCount: Int? = nil) {
        precondition(
            times.count == units.count && signs.map { $0.count == times.count } != false,
            "SpikeTimes: \(times.count) times and \(units.count) units")
        let order = times.indices.sorted { (times[$0], units[$0]) < (times[$1], units[$1]) }
        self.times = order.map { times[$0] }
        self.units = order.map { units[$0] }
        self.signs = signs.map { signs in order.map { signs[$0] } } ?? times.map { _ in 1 }
        self.unitCount = unitCount ?? (units.max() ?? -1) + 1
    }

    /// The spikes in steps. Several spikes of a unit in one step become one.
    ///
    /// - Parameters:
    ///   - rate: The number of steps per second, above 0.
    ///   - stepCount: The number of steps, at least 1. The last one also holds what comes later.
    /// - Returns: The spikes, `units × steps`. Step 0 begins at the first spike.
    public func train(rate: Double, stepCount: Int) -> SpikeTrain {
        var values = [Int8](repeating: 0, count: unitCount * stepCount)
        for index in times.indices {
            let step = Int(min(Double(stepCount - 1), (times[index] - times[0]) * rate))
            values[units[index] * stepCount + step] = signs[index]
        }
        return SpikeTrain(signs: values, unitCount: unitCount)
    }
}

/// HDF5 files of spikes that other programs wrote: NWB with a table `/units`, and files in the layout of the Spiking
/// Heidelberg Digits, which hold many recordings.
///
/// Source: nwb-schema.readthedocs.io, version 2 (`/units/spike_times`, `/units/spike_times_index`); see also
/// `SpikeRecordings`.
public final class SpikeTimesFile {
    private enum Content {
        case units(SpikeTimes)
        case recordings(SpikeRecordings)
    }

    /// The path of the file.
    public let path: String
    private let content: Content

    /// Whether a file is of one of these layouts. Files that `spike encode` wrote, whose spikes have steps, are not.
    ///
    /// - Parameter path: The path of the file.
    public static func recognises(_ path: String) -> Bool {
        let isPacked = [".h5.gz", ".hdf5.gz"].contains { path.lowercased().hasSuffix($0) }
        guard isPacked || HDF5File.isHDF5(path), (try? Seal.isPresent(path)) == false, let file = try? HDF5File(path)
        else { return false }
        func has(_ name: String) -> Bool { (try? file.has(name)) == true }
        return has("units/spike_times") && has("units/spike_times_index") || has("spikes/times") && has("spikes/units")
    }

    /// Whether a file is of one of these layouts.
    ///
    /// - Parameter path: The path of a file that holds no events of a camera.
    /// - Throws: `FileError` for a file with an extension of HDF5 that cannot be read, is damaged, or is of no layout that
    ///   is known.
    package static func isOfLayout(_ path: String) throws(FileError) -> Bool {
        if recognises(path) { return true }
        let isHDF5 = ["h5", "hdf5", "nwb"].contains(fileExtension(path) ?? "")
        guard isHDF5, try !Seal.isPresent(path), !EventStreamFile.recognises(path) else { return false }
        throw try problem(path)
    }

    private static func problem(_ path: String) throws(FileError) -> FileError {
        let file = try HDF5File(path)
        // A name that is known lies in a damaged part, which is the error then.
        for name in ["units/spike_times", "spikes/times", "CD/events", "events"] { _ = try file.has(name) }
        let names = try file.names(in: "")
        let shown = names.prefix(12).map { excerpt($0.utf8) }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
        return .malformed(
            path: path, place: nil,
            problem: "holds neither spikes nor events in a layout that is known: those of SpikeKit, NWB's units, the "
                + "Spiking Heidelberg Digits, Prophesee or DSEC; it has " + (names.isEmpty ? "nothing" : shown))
    }

    /// Opens a file.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` for a file that cannot be read, is damaged, or is of another layout.
    public init(_ path: String) throws(FileError) {
        self.path = path
        let file = try HDF5File(path)
        if try file.has("units/spike_times") {
            content = .units(try Self.units(file))
        } else {
            content = .recordings(try SpikeRecordings(file))
        }
    }

    /// The name of the layout.
    public var format: String {
        switch content {
        case .units: "NWB"
        case .recordings: "HDF5 in the layout of the Spiking Heidelberg Digits"
        }
    }

    /// The number of recordings; 1 for NWB.
    public var count: Int {
        switch content {
        case .units: 1
        case .recordings(let recordings): recordings.count
        }
    }

    /// The recordings with their classes; `nil` for NWB.
    public var recordings: SpikeRecordings? {
        if case .recordings(let recordings) = content { recordings } else { nil }
    }

    /// Reads the spikes of a recording.
    ///
    /// - Parameter recording: The index of the recording, below `count`.
    /// - Throws: `FileError` for a damaged file, times that are not finite, and units outside of 0…65,535.
    public func spikes(of recording: Int) throws(FileError) -> SpikeTimes {
        switch content {
        case .units(let spikes): return spikes
        case .recordings(let recordings):
            let (times, units) = try recordings.spikes(of: recording)
            if let time = times.first(where: { !$0.isFinite }) {
                throw .malformed(path: path, place: "recording \(recording)", problem: "a spike has the time \(time)")
            }
            if let unit = units.first(where: { !(0...65_535 ~= $0) }) {
                throw .malformed(
                    path: path, place: "recording \(recording)", problem: "the unit \(unit) is outside of 0…65535")
            }
            return SpikeTimes(times: times, units: units.map { Int($0) })
        }
    }

    private static func units(_ file: HDF5File) throws(FileError) -> SpikeTimes {
        func dataset(_ name: String) throws(FileError) -> HDF5Dataset {
            guard let dataset = try file.dataset("units/\(name)") else {
                throw .malformed(path: file.path, place: "group units", problem: "has no dataset \(name)")
            }
            return dataset
        }
        let times = try dataset("spike_times").doubles()
        let ends = try dataset("spike_times_index").integers()
        if let time = times.first(where: { !$0.isFinite }) {
            throw .malformed(
                path: file.path, place: "dataset units/spike_times", problem: "a spike has the time \(time)")
        }
        var start: Int64 = 0
        for (unit, end) in ends.enumerated() {
            guard start <= end, end <= times.count else {
                throw .malformed(
                    path: file.path, place: "dataset units/spike_times_index",
                    problem: "unit \(unit) ends at \(end), outside of \(start)…\(times.count)")
            }
            start = end
        }
        guard start == times.count else {
            throw .malformed(
                path: file.path, place: "dataset units/spike_times_index",
                problem: "the units have \(start) of \(counted(times.count, "spike"))")
        }
        // Spikes that this package wrote have two rows for a unit that goes up and down.
        let (numbers, signs) = try columns(file, count: ends.count)
        var (units, polarities): ([Int], [Int8]) = ([], [])
        for (row, end) in ends.enumerated() {
            let missing = Int(end) - units.count
            units += Array(repeating: numbers[row], count: missing)
            polarities += Array(repeating: signs[row], count: missing)
        }
        return SpikeTimes(
            times: times, units: units, signs: polarities, unitCount: (numbers.max() ?? -1) + 1)
    }

    /// The unit and the sign of each row: the row itself and 1, except in files of this package.
    private static func columns(
        _ file: HDF5File, count: Int
    ) throws(FileError) -> (units: [Int], signs: [Int8]) {
        let plain = (Array(0..<count), Array(repeating: Int8(1), count: count))
        guard let units = try file.dataset("units/unit"), let signs = try file.dataset("units/polarity"),
            let numbers = try? units.integers(), let polarities = try? signs.integers(),
            numbers.count == count, polarities.count == count, numbers.allSatisfy({ 0...65_535 ~= $0 }),
            polarities.allSatisfy({ abs($0) == 1 })
        else { return plain }
        return (numbers.map { Int($0) }, polarities.map { Int8($0) })
    }
}

extension SpikeTimes {
    /// Writes the spikes: as a list of events (`.csv`), or as the table `/units` of NWB (`.nwb`).
    ///
    /// - Parameters:
    ///   - path: The path of the file. An existing file is replaced.
    ///   - description: What the spikes are, in a sentence, for NWB.
    /// - Throws: `FileError` for a path that cannot be written, or another extension.
    public func write(to path: String, description: String) throws(FileError) {
        switch fileExtension(path) {
        case "csv":
            try AtomicFile.write(to: path) { temporary in
                let file = try OutputFile(temporary)
                try file.write("time_s,channel,polarity\n")
                for index in times.indices { try file.write("\(times[index]),\(units[index]),\(signs[index])\n") }
                try file.close()
            }
        case "nwb": try table(description).write(to: path)
        default: throw .unsupportedExtension(path: path, purpose: .writing, supported: ["csv", "nwb"])
        }
    }

    /// A row for each unit, and for units that go up and down, one for each sign.
    private func table(_ description: String) -> NWBUnits {
        let isSigned = signs.contains(-1)
        let order = times.indices.sorted { (units[$0], -signs[$0], $0) < (units[$1], -signs[$1], $1) }
        var (ends, rows, polarities): ([UInt32], [Int64], [Int64]) = ([], [], [])
        var next = 0
        for unit in 0..<unitCount {
            for sign in isSigned ? [1, -1] as [Int8] : [1] {
                while next < order.count, units[order[next]] == unit, signs[order[next]] == sign { next += 1 }
                ends.append(UInt32(next))
                rows.append(Int64(unit))
                polarities.append(Int64(sign))
            }
        }
        return NWBUnits(
            times: order.map { times[$0] }, ends: ends,
            columns: [
                NWBUnits.Column(name: "unit", description: "number of the unit, counted from 0", values: rows),
                NWBUnits.Column(
                    name: "polarity", description: "1 for spikes up, -1 for spikes down", values: polarities),
            ], description: description)
    }
}
