import CHDF5

/// Writes one HDF5 file; used within `HDF5.withLibrary`.
///
/// The library only makes the file in memory and never writes it to the disk. Its version 1.10 crashes at the end of
/// the program after a write has failed on a full disk or at a limit on file sizes.
package struct HDF5Writer: ~Copyable {
    let path: String
    let file: HDF5Object

    /// Starts a file with room for a seal before the content.
    ///
    /// - Parameter path: The path of an existing file, which `close` fills.
    package init(_ path: String) throws(FileError) {
        file = try Self.create(path)
        self.path = path
    }

    private static func create(_ path: String) throws(FileError) -> HDF5Object {
        let properties = try HDF5Object(H5Pcreate(spikekit_h5p_file_creation()), H5Pclose, path, "file")
        try HDF5.check(H5Pset_userblock(properties.id, hsize_t(Seal.size)), path, "file")
        let access = try HDF5Object(H5Pcreate(spikekit_h5p_file_access()), H5Pclose, path, "file")
        try HDF5.check(H5Pset_fapl_core(access.id, 1 << 20, false), path, "file")
        return try HDF5Object(
            H5Fcreate(path, spikekit_h5f_replace(), properties.id, access.id), H5Fclose, path, "file")
    }

    /// Writes the file to the disk.
    ///
    /// - Throws: `FileError.unwritable` if the file cannot be written.
    package consuming func close() throws(FileError) {
        let path = path
        let image = try image()
        try file.close(path, "file")
        let output = try OutputFile(path)
        // In some versions of the library, the image begins with the room for the seal, in others without.
        if image.starts(with: Self.signature) { try output.write([UInt8](repeating: 0, count: Seal.size)) }
        try output.write(image)
        try output.close()
    }

    private static let signature: [UInt8] = [0x89] + Array("HDF\r\n\u{1A}\n".utf8)

    /// The bytes of the whole file.
    private func image() throws(FileError) -> [UInt8] {
        try HDF5.check(H5Fflush(file.id, H5F_SCOPE_GLOBAL), path, "file")
        let size = H5Fget_file_image(file.id, nil, 0)
        try HDF5.check(size, path, "file")
        var filled = 0
        let image = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            filled = H5Fget_file_image(file.id, buffer.baseAddress, size)
            count = max(0, filled)
        }
        try HDF5.check(filled, path, "file")
        return image
    }

    package func group(_ name: String) throws(FileError) {
        let (normal, what) = (spikekit_h5p_default(), "group \(name)")
        _ = try HDF5Object(H5Gcreate2(file.id, name, normal, normal, normal), H5Gclose, path, what)
    }

    /// Adds a dataset of shape (1,), which holds one array of any length.
    package func array<Number: HDF5Number>(_ name: String, _ values: [Number], unit: String? = nil) throws(FileError) {
        let what = "dataset \(name)"
        let fileType = try HDF5Object(H5Tvlen_create(Number.fileType), H5Tclose, path, what)
        let memoryType = try HDF5Object(H5Tvlen_create(Number.memoryType), H5Tclose, path, what)
        var count: hsize_t = 1
        let space = try HDF5Object(H5Screate_simple(1, &count, nil), H5Sclose, path, what)
        let dataset = try create(name, fileType.id, space.id, datasetCreation(what))
        if let unit { try attribute(dataset.id, "unit", unit, what) }
        let status = values.withUnsafeBufferPointer { values in
            var content = hvl_t(len: values.count, p: UnsafeMutableRawPointer(mutating: values.baseAddress))
            return H5Dwrite(
                dataset.id, memoryType.id, spikekit_h5s_all(), spikekit_h5s_all(), spikekit_h5p_default(), &content)
        }
        try HDF5.check(status, path, what)
    }

    /// Adds a dataset of shape (rows, columns), compressed in blocks.
    ///
    /// - Parameter values: The values, `rows × columns`, row after row; at least one.
    func table<Number: HDF5Number>(_ name: String, _ values: [Number], columns: Int) throws(FileError) {
        let what = "dataset \(name)"
        var shape = [hsize_t(values.count / columns), hsize_t(columns)]
        let space = try HDF5Object(H5Screate_simple(2, &shape, nil), H5Sclose, path, what)
        let properties = try datasetCreation(what)
        let blockColumns = min(columns, Self.blockCount)
        let blockRows = min(values.count / columns, max(1, Self.blockCount / blockColumns))
        var block = [hsize_t(blockRows), hsize_t(blockColumns)]
        try HDF5.check(H5Pset_chunk(properties.id, 2, &block), path, what)
        if MemoryLayout<Number>.size > 1 { try HDF5.check(H5Pset_shuffle(properties.id), path, what) }
        try HDF5.check(H5Pset_deflate(properties.id, 4), path, what)
        let dataset = try create(name, Number.fileType, space.id, properties)
        let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
        try HDF5.check(H5Dwrite(dataset.id, Number.memoryType, all, all, normal, values), path, what)
    }

    /// The number of values that are compressed together.
    private static let blockCount = 1 << 16

    /// Adds a scalar dataset of UTF-8 text.
    package func text(_ name: String, _ text: String) throws(FileError) {
        let what = "dataset \(name)"
        let type = try textType(what)
        let space = try HDF5Object(H5Screate(H5S_SCALAR), H5Sclose, path, what)
        let dataset = try create(name, type.id, space.id, datasetCreation(what))
        let status = text.withCString { characters in
            var content: UnsafePointer<CChar>? = characters
            return H5Dwrite(
                dataset.id, type.id, spikekit_h5s_all(), spikekit_h5s_all(), spikekit_h5p_default(), &content)
        }
        try HDF5.check(status, path, what)
    }

    func create(
        _ name: String, _ type: hid_t, _ space: hid_t, _ properties: borrowing HDF5Object
    ) throws(FileError) -> HDF5Object {
        let normal = spikekit_h5p_default()
        return try HDF5Object(
            H5Dcreate2(file.id, name, type, space, normal, properties.id, normal), H5Dclose, path, "dataset \(name)")
    }

    func datasetCreation(_ what: String) throws(FileError) -> HDF5Object {
        let properties = try HDF5Object(H5Pcreate(spikekit_h5p_dataset_creation()), H5Pclose, path, what)
        // The file holds no times of writing, so that equal trains give equal files.
        try HDF5.check(H5Pset_obj_track_times(properties.id, false), path, what)
        return properties
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

    func textType(_ what: String) throws(FileError) -> HDF5Object {
        let type = try HDF5Object(H5Tcopy(spikekit_h5t_c_string()), H5Tclose, path, what)
        try HDF5.check(H5Tset_size(type.id, spikekit_h5t_variable()), path, what)
        try HDF5.check(H5Tset_cset(type.id, H5T_CSET_UTF8), path, what)
        return type
    }
}
