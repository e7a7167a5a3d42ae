import Foundation
import SpikeEncoding

/// Spikes as the table `/units` of a file of Neurodata Without Borders (NWB 2), which PyNWB and MatNWB read.
///
/// Each unit has the times of its spikes in seconds; columns of whole numbers say more about it. The start of the
/// session is not known and given as the beginning of 1970.
///
/// Source: nwb-schema.readthedocs.io, version 2.6.0 (the layout of the file); hdmf-common-schema.readthedocs.io (tables).
public struct NWBUnits: Sendable {
    /// A column of the table.
    public struct Column: Sendable {
        /// The name of the column.
        public let name: String
        /// What the numbers mean.
        public let description: String
        /// One number per unit.
        public let values: [Int64]

        /// Creates a column.
        ///
        /// - Parameters:
        ///   - name: The name of the column.
        ///   - description: What the numbers mean.
        ///   - values: One number per unit.
        public init(name: String, description: String, values: [Int64]) {
            self.name = name
            self.description = description
            self.values = values
        }
    }

    private let times: [Double]
    private let ends: [UInt32]
    private let columns: [Column]
    private let description: String

    /// A table of units.
    ///
    /// - Parameters:
    ///   - times: The times of all spikes in seconds, unit after unit.
    ///   - ends: For each unit the number of spikes of it and of all units before.
    ///   - columns: What else is known about the units. Traps unless each column has a number for each unit.
    ///   - description: What the units are, in a sentence.
    public init(times: [Double], ends: [UInt32], columns: [Column], description: String) {
        precondition(
            columns.allSatisfy { $0.values.count == ends.count }, "NWBUnits: each column must have \(ends.count) values"
        )
        self.times = times
        self.ends = ends
        self.columns = columns
        self.description = description
    }

    /// The spikes of an encoded recording, a unit for each unit and sign that has spikes. Signs are the column
    /// `polarity`.
    ///
    /// - Parameter encoded: The encoded recording. Times are in seconds on its clock, or steps if the sampling rate is
    ///   unknown. Amplitudes of graded codes are left out.
    public init(_ encoded: EncodedSignal) {
        var times: [Double] = []
        var ends: [UInt32] = []
        var units: [Int64] = []
        var signs: [Int64] = []
        let train = encoded.spikes
        for unit in 0..<train.unitCount {
            for sign in [1, -1] as [Int8] where train.unit(unit).contains(sign) {
                for (step, value) in train.unit(unit).enumerated() where value == sign {
                    times.append(encoded.stepTimes?.time(ofStep: step) ?? Double(step))
                }
                ends.append(UInt32(times.count))
                units.append(Int64(unit))
                signs.append(Int64(sign))
            }
        }
        self.init(
            times: times, ends: ends,
            columns: [
                Column(name: "unit", description: "unit of the code, counted from 0", values: units),
                Column(name: "polarity", description: "1 for spikes up, -1 for spikes down", values: signs),
            ],
            description: "spikes by the codec \(encoded.codec.name)"
                + (encoded.stepTimes == nil ? "; times are steps, as the sampling rate is unknown" : ""))
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Parameter path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError.unwritable` for a path that cannot be written.
    public func write(to path: String) throws(FileError) {
        try AtomicFile.write(to: path) { temporary in try self.write(unnamed: temporary) }
    }

    /// Fills a file that exists.
    package func write(unnamed path: String) throws(FileError) {
        try HDF5.withLibrary { () throws(FileError) in
            let writer = try HDF5Writer(path)
            try writeSession(writer)
            try writeTable(writer)
            try writer.close()
        }
    }

    private func writeSession(_ writer: borrowing HDF5Writer) throws(FileError) {
        try writer.attribute("nwb_version", of: "/", ["2.6.0"])
        try mark("/", "NWBFile", "core", writer)
        let start = "1970-01-01T00:00:00+00:00"
        try writer.texts("file_create_date", [Date().ISO8601Format()])
        try writer.text("identifier", UUID().uuidString)
        try writer.text("session_description", description)
        try writer.text("session_start_time", start)
        try writer.text("timestamps_reference_time", start)
        for group in [
            "acquisition", "analysis", "general", "processing", "stimulus", "stimulus/presentation",
            "stimulus/templates",
        ] { try writer.group(group) }
    }

    private func writeTable(_ writer: borrowing HDF5Writer) throws(FileError) {
        try writer.group("units")
        try mark("units", "Units", "core", writer)
        try writer.attribute("description", of: "units", [description])
        try writer.attribute("colnames", of: "units", ["spike_times"] + columns.map(\.name), isRow: true)
        try writer.list("units/id", ends.indices.map { Int64($0) })
        try mark("units/id", "ElementIdentifiers", "hdmf-common", writer)
        try writer.list("units/spike_times", times)
        try markColumn("spike_times", "times of the spikes in seconds", writer)
        try writer.list("units/spike_times_index", ends)
        try mark("units/spike_times_index", "VectorIndex", "hdmf-common", writer)
        try writer.attribute("description", of: "units/spike_times_index", ["the end of each unit's spike times"])
        try writer.reference("target", of: "units/spike_times_index", to: "units/spike_times")
        for column in columns {
            try writer.list("units/\(column.name)", column.values)
            try markColumn(column.name, column.description, writer)
        }
    }

    private func markColumn(
        _ name: String, _ description: String, _ writer: borrowing HDF5Writer
    ) throws(FileError) {
        try mark("units/\(name)", "VectorData", "hdmf-common", writer)
        try writer.attribute("description", of: "units/\(name)", [description])
    }

    /// Says of which type an object is.
    private func mark(
        _ object: String, _ type: String, _ namespace: String, _ writer: borrowing HDF5Writer
    ) throws(FileError) {
        try writer.attribute("neurodata_type", of: object, [type])
        try writer.attribute("namespace", of: object, [namespace])
        try writer.attribute("object_id", of: object, [UUID().uuidString.lowercased()])
    }
}
