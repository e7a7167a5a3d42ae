import CHDF5

/// Writes one HDF5 file; used within `HDF5.withLibrary`.
struct HDF5Writer: ~Copyable {
    private let path: String
    private let file: HDF5Object

    /// Replaces the file, and leaves room for a seal before its content.
    init(_ path: String) throws(FileError) {
        file = try Self.create(path)
        self.path = path
    }

    private static func create(_ path: String) throws(FileError) -> HDF5Object {
        let properties = try HDF5Object(H5Pcreate(spikekit_h5p_file_creation()), H5Pclose, path, "file")
        try HDF5.check(H5Pset_userblock(properties.id, hsize_t(Seal.size)), path, "file")
        let access = try HDF5.fileAccess(path)
        return try HDF5Object(
            H5Fcreate(path, spikekit_h5f_replace(), properties.id, access.id), H5Fclose, path, "file")
    }

    consuming func close() throws(FileError) {
        let path = path
        try file.close(path, "file")
    }

    func group(_ name: String) throws(FileError) {
        let (normal, what) = (spikekit_h5p_default(), "group \(name)")
        _ = try HDF5Object(H5Gcreate2(file.id, name, normal, normal, normal), H5Gclose, path, what)
    }

    /// A dataset of shape (1,): one array of any length.
    func array<Number: HDF5Number>(_ name: String, _ values: [Number], unit: String? = nil) throws(FileError) {
        let what = "dataset \(name)"
        let fileType = try HDF5Object(H5Tvlen_create(Number.fileType), H5Tclose, path, what)
        let memoryType = try HDF5Object(H5Tvlen_create(Number.memoryType), H5Tclose, path, what)
        var count: hsize_t = 1
        let space = try HDF5Object(H5Screate_simple(1, &count, nil), H5Sclose, path, what)
        let dataset = try create(name, fileType.id, space.id)
        if let unit { try attribute(dataset.id, "unit", unit, what) }
        let status = values.withUnsafeBufferPointer { values in
            var content = hvl_t(len: values.count, p: UnsafeMutableRawPointer(mutating: values.baseAddress))
            return H5Dwrite(
                dataset.id, memoryType.id, spikekit_h5s_all(), spikekit_h5s_all(), spikekit_h5p_default(), &content)
        }
        try HDF5.check(status, path, what)
    }

    /// A scalar dataset of UTF-8 text.
    func text(_ name: String, _ text: String) throws(FileError) {
        let what = "dataset \(name)"
        let type = try textType(what)
        let space = try HDF5Object(H5Screate(H5S_SCALAR), H5Sclose, path, what)
        let dataset = try create(name, type.id, space.id)
        let status = text.withCString { characters in
            var content: UnsafePointer<CChar>? = characters
            return H5Dwrite(
                dataset.id, type.id, spikekit_h5s_all(), spikekit_h5s_all(), spikekit_h5p_default(), &content)
        }
        try HDF5.check(status, path, what)
    }

    private func create(_ name: String, _ type: hid_t, _ space: hid_t) throws(FileError) -> HDF5Object {
        let (normal, what) = (spikekit_h5p_default(), "dataset \(name)")
        let properties = try HDF5Object(H5Pcreate(spikekit_h5p_dataset_creation()), H5Pclose, path, what)
        // Without times of writing, the same train gives the same file.
        try HDF5.check(H5Pset_obj_track_times(properties.id, false), path, what)
        return try HDF5Object(
            H5Dcreate2(file.id, name, type, space, normal, properties.id, normal), H5Dclose, path, what)
    }

    private func attribute(_ object: hid_t, _ name: String, _ text: String, _ what: String) throws(FileError) {
        let type = try textType(what)
        let space = try HDF5Object(H5Screate(H5S_SCALAR), H5Sclose, path, what)
        let normal = spikekit_h5p_default()
        let attribute = try HDF5Object(
            H5Acreate2(object, name, type.id, space.id, normal, normal), H5Aclose, path, what)
        let status = text.withCString { characters in
            var content: UnsafePointer<CChar>? = characters
            return H5Awrite(attribute.id, type.id, &content)
        }
        try HDF5.check(status, path, what)
    }

    private func textType(_ what: String) throws(FileError) -> HDF5Object {
        let type = try HDF5Object(H5Tcopy(spikekit_h5t_c_string()), H5Tclose, path, what)
        try HDF5.check(H5Tset_size(type.id, spikekit_h5t_variable()), path, what)
        try HDF5.check(H5Tset_cset(type.id, H5T_CSET_UTF8), path, what)
        return type
    }
}
