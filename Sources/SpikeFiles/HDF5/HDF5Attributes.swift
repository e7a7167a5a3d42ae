import CHDF5

/// Lists and attributes, which the files of other programs have.
extension HDF5Writer {
    /// Adds a dataset of one row of numbers, compressed if there are many.
    func list<Number: HDF5Number>(_ name: String, _ values: [Number]) throws(FileError) {
        let what = "dataset \(name)"
        var shape = [hsize_t(values.count)]
        let space = try HDF5Object(H5Screate_simple(1, &shape, nil), H5Sclose, path, what)
        let properties = try datasetCreation(what)
        if values.count > 1 << 12 {
            var block = [hsize_t(min(values.count, 1 << 16))]
            try HDF5.check(H5Pset_chunk(properties.id, 1, &block), path, what)
            try HDF5.check(H5Pset_shuffle(properties.id), path, what)
            try HDF5.check(H5Pset_deflate(properties.id, 4), path, what)
        }
        let dataset = try create(name, Number.fileType, space.id, properties)
        guard !values.isEmpty else { return }
        let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
        try HDF5.check(H5Dwrite(dataset.id, Number.memoryType, all, all, normal, values), path, what)
    }

    /// Adds a dataset of one row of texts.
    func texts(_ name: String, _ texts: [String]) throws(FileError) {
        let what = "dataset \(name)"
        let type = try textType(what)
        var shape = [hsize_t(texts.count)]
        let space = try HDF5Object(H5Screate_simple(1, &shape, nil), H5Sclose, path, what)
        let dataset = try create(name, type.id, space.id, datasetCreation(what))
        let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
        let status = Self.withCStrings(texts) { H5Dwrite(dataset.id, type.id, all, all, normal, $0) }
        try HDF5.check(status, path, what)
    }

    /// Adds an attribute of one text to an object of the file, or of a row of texts.
    func attribute(_ key: String, of object: String, _ texts: [String], isRow: Bool = false) throws(FileError) {
        let what = "attribute \(key) of \(object)"
        let owner = try open(object)
        let type = try textType(what)
        var shape = [hsize_t(texts.count)]
        let space = try HDF5Object(
            isRow ? H5Screate_simple(1, &shape, nil) : H5Screate(H5S_SCALAR), H5Sclose, path, what)
        let normal = spikekit_h5p_default()
        let attribute = try HDF5Object(
            H5Acreate2(owner.id, key, type.id, space.id, normal, normal), H5Aclose, path, what)
        try HDF5.check(Self.withCStrings(texts) { H5Awrite(attribute.id, type.id, $0) }, path, what)
    }

    /// Adds an attribute that refers to another object of the file.
    func reference(_ key: String, of object: String, to target: String) throws(FileError) {
        let what = "attribute \(key) of \(object)"
        let owner = try open(object)
        let space = try HDF5Object(H5Screate(H5S_SCALAR), H5Sclose, path, what)
        var reference = [UInt8](repeating: 0, count: spikekit_h5t_reference_size())
        try HDF5.check(H5Rcreate(&reference, file.id, target, H5R_OBJECT, -1), path, what)
        let normal = spikekit_h5p_default()
        let attribute = try HDF5Object(
            H5Acreate2(owner.id, key, spikekit_h5t_reference(), space.id, normal, normal), H5Aclose, path, what)
        try HDF5.check(H5Awrite(attribute.id, spikekit_h5t_reference(), reference), path, what)
    }

    private func open(_ object: String) throws(FileError) -> HDF5Object {
        try HDF5Object(H5Oopen(file.id, object, spikekit_h5p_default()), H5Oclose, path, object)
    }

    /// Runs `body` with pointers to the texts as C strings.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let bytes = texts.flatMap { $0.utf8CString }
        return bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            let pointers: [UnsafePointer<CChar>?] = texts.map { text in
                defer { start += text.utf8CString.count }
                return bytes.baseAddress! + start
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
        }
    }
}
