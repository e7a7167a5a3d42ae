import CHDF5
import SpikeFiles

/// The datasets of an HDF5 file that hold the fields of events; used within `HDF5.withLibrary`.
struct HDF5EventColumns {
    /// Where the fields are.
    enum Place {
        /// One dataset of records with the fields `t`, `x`, `y` and `p`.
        case records(String)
        /// One dataset for each field: times, columns, rows, polarities.
        case datasets([String])

        private static let names = [
            ["t", "ts", "timestamp", "timestamps"], ["x", "xs"], ["y", "ys"], ["p", "ps", "pol", "polarity"],
        ]

        static func find(in reader: borrowing HDF5Reader) -> Place? {
            if reader.has("CD/events"), !reader.has("CD/events/t") { return .records("CD/events") }
            for group in ["CD/events/", "CD/", "events/", ""] {
                var found: [String] = []
                for names in names {
                    for name in names where reader.has(group + name) {
                        found.append(group + name)
                        break
                    }
                }
                if found.count == names.count { return .datasets(found) }
            }
            return nil
        }
    }

    private let path: String
    private let place: Place
    /// What is added to all times: the dataset `t_offset` of DSEC.
    private let timeOffset: Int64
    /// The number of events.
    let count: Int

    init(_ path: String) throws(FileError) {
        let reader = try HDF5Reader(path)
        guard let place = Place.find(in: reader) else {
            throw .malformed(path: path, place: nil, problem: "has no events that are known")
        }
        self.path = path
        self.place = place
        let file = try Self.open(path)
        switch place {
        case .records(let name): count = try Self.count(path, file, name)
        case .datasets(let names):
            let counts = try names.map { (name) throws(FileError) in try Self.count(path, file, name) }
            guard Set(counts).count == 1 else {
                throw .malformed(
                    path: path, place: "datasets \(names.joined(separator: ", "))",
                    problem: "have different lengths: \(counts.map(String.init).joined(separator: ", "))")
            }
            count = counts[0]
        }
        timeOffset =
            reader.has("t_offset") ? try Self.numbers(path, file, "t_offset", field: nil, range: nil)[0] : 0
    }

    /// Reads events. Returns the number of those that were passed over.
    func read(_ range: Range<Int>, into events: EventBuffer) throws(FileError) -> Int {
        let file = try Self.open(path)
        let fields = try (0..<4).map { (index) throws(FileError) in
            switch place {
            case .records(let name):
                try Self.numbers(path, file, name, field: ["t", "x", "y", "p"][index], range: range)
            case .datasets(let names): try Self.numbers(path, file, names[index], field: nil, range: range)
            }
        }
        return events.add(room: range.count) { events in
            var outside = 0
            for index in 0..<range.count {
                guard let column = UInt16(exactly: fields[1][index]), let row = UInt16(exactly: fields[2][index]) else {
                    outside += 1
                    continue
                }
                events.append(fields[0][index] &+ timeOffset, column, row, fields[3][index] > 0)
            }
            return outside
        }
    }

    private static func open(_ path: String) throws(FileError) -> HDF5Object {
        let access = try HDF5.fileAccess(path)
        return try HDF5Object(H5Fopen(path, spikekit_h5f_read_only(), access.id), H5Fclose, path, "file")
    }

    private static func open(
        _ path: String, _ file: borrowing HDF5Object, _ name: String
    ) throws(FileError) -> HDF5Object {
        try HDF5Object(
            H5Dopen2(file.id, name, spikekit_h5p_default()), H5Dclose, path, "dataset \(name)")
    }

    /// The length of a dataset of one row that this program can read.
    private static func count(
        _ path: String, _ file: borrowing HDF5Object, _ name: String
    ) throws(FileError) -> Int {
        let what = "dataset \(name)"
        let dataset = try open(path, file, name)
        let space = try HDF5Object(H5Dget_space(dataset.id), H5Sclose, path, what)
        let type = try HDF5Object(H5Dget_type(dataset.id), H5Tclose, path, what)
        let count = H5Sget_simple_extent_npoints(space.id)
        guard H5Sget_simple_extent_ndims(space.id) == 1, count >= 0 else {
            throw .malformed(path: path, place: what, problem: "is not a row of values")
        }
        let properties = try HDF5Object(H5Dget_create_plist(dataset.id), H5Pclose, path, what)
        try requireFilters(path, what, properties)
        // Deflate shrinks to a 1,032th at best. A dataset may claim to be larger, and is then filled up with 0.
        let limit = Double(H5Dget_storage_size(dataset.id)) * 1100 + 65_536
        var chunk: hsize_t = 0
        let isInChunks = H5Pget_layout(properties.id) == H5D_CHUNKED
        if isInChunks { try HDF5.check(H5Pget_chunk(properties.id, 1, &chunk), path, what) }
        guard Double(max(UInt64(count), chunk)) * Double(H5Tget_size(type.id)) <= limit else {
            throw .damaged(path: path, problem: "\(what): it claims \(count) values, far more than the file holds")
        }
        return Int(count)
    }

    /// Throws unless all filters of a dataset are there.
    private static func requireFilters(
        _ path: String, _ what: String, _ properties: borrowing HDF5Object
    ) throws(FileError) {
        for index in 0..<max(0, H5Pget_nfilters(properties.id)) {
            var (flags, count, configuration): (UInt32, Int, UInt32) = (0, 0, 0)
            var name = [CChar](repeating: 0, count: 64)
            let filter = H5Pget_filter2(
                properties.id, UInt32(index), &flags, &count, nil, name.count, &name, &configuration)
            guard filter >= 0, H5Zfilter_avail(filter) > 0 else {
                // 0x8ECF: the filter of Prophesee, Event Compression Format.
                throw .unsuitable(
                    path: path,
                    problem: filter == 0x8ECF
                        ? "\(what) is compressed by Prophesee's ECF, which is not supported; convert the file to RAW or DAT "
                            + "with metavision_file_to_dat, or copy it without compression by h5repack -f NONE where the ECF "
                            + "plugin is installed"
                        : "\(what) is compressed by the filter \(filter), which is not supported; copy the file by "
                            + "h5repack -f GZIP=4 where the filter's plugin is installed")
            }
        }
    }

    /// Reads whole numbers.
    ///
    /// - Parameters:
    ///   - field: The field of records; `nil` for a dataset of numbers.
    ///   - range: The part to read; `nil` for a dataset of one number.
    private static func numbers(
        _ path: String, _ file: borrowing HDF5Object, _ name: String, field: String?, range: Range<Int>?
    ) throws(FileError) -> [Int64] {
        let what = "dataset \(name)"
        let dataset = try open(path, file, name)
        let type = try HDF5Object(H5Dget_type(dataset.id), H5Tclose, path, what)
        let space = try HDF5Object(H5Dget_space(dataset.id), H5Sclose, path, what)
        let memoryType = try HDF5Object(
            field == nil ? H5Tcopy(Int64.memoryType) : H5Tcreate(H5T_COMPOUND, 8), H5Tclose, path, what)
        var valueClass = H5Tget_class(type.id)
        if let field {
            guard valueClass == H5T_COMPOUND, case let member = H5Tget_member_index(type.id, field), member >= 0 else {
                throw .malformed(path: path, place: what, problem: "has no field \(field)")
            }
            valueClass = H5Tget_member_class(type.id, UInt32(member))
            try HDF5.check(H5Tinsert(memoryType.id, field, 0, Int64.memoryType), path, what)
        }
        guard valueClass == H5T_INTEGER || valueClass == H5T_ENUM else {
            throw .malformed(
                path: path, place: what,
                problem: "\(field.map { "the field \($0)" } ?? "it") is not of whole numbers; times are in microseconds"
            )
        }
        guard let range else {
            guard H5Sget_simple_extent_npoints(space.id) == 1 else {
                throw .malformed(path: path, place: what, problem: "is not one number")
            }
            var value: Int64 = 0
            let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
            try HDF5.check(H5Dread(dataset.id, memoryType.id, all, all, normal, &value), path, what)
            return [value]
        }
        var (start, count) = (hsize_t(range.lowerBound), hsize_t(range.count))
        try HDF5.check(H5Sselect_hyperslab(space.id, H5S_SELECT_SET, &start, nil, &count, nil), path, what)
        let memory = try HDF5Object(H5Screate_simple(1, &count, nil), H5Sclose, path, what)
        var status: herr_t = 0
        let values = [Int64](unsafeUninitializedCapacity: range.count) { output, filled in
            status = H5Dread(
                dataset.id, memoryType.id, memory.id, space.id, spikekit_h5p_default(), output.baseAddress)
            filled = status < 0 ? 0 : range.count
        }
        try HDF5.check(status, path, what)
        return values
    }
}
