import CHDF5
import Foundation

/// Reads one HDF5 file whose seal has been verified; used within `HDF5.withLibrary`.
package struct HDF5Reader: ~Copyable {
    private let path: String
    private let file: HDF5Object

    package init(_ path: String) throws(FileError) {
        file = try Self.open(path)
        self.path = path
    }

    private static func open(_ path: String) throws(FileError) -> HDF5Object {
        let access = try HDF5.fileAccess(path)
        return try HDF5Object(H5Fopen(path, spikekit_h5f_read_only(), access.id), H5Fclose, path, "file")
    }

    /// Reads the one variable-length array in a dataset of shape (1,).
    package func array<Number: HDF5Number>(_ name: String, of _: Number.Type) throws(FileError) -> [Number] {
        let what = "dataset \(name)"
        let dataset = try self.dataset(name)
        let type = try HDF5Object(H5Dget_type(dataset.id), H5Tclose, path, what)
        let space = try HDF5Object(H5Dget_space(dataset.id), H5Sclose, path, what)
        guard H5Tget_class(type.id) == H5T_VLEN, H5Sget_simple_extent_ndims(space.id) == 1,
            H5Sget_simple_extent_npoints(space.id) == 1
        else {
            throw .malformed(path: path, place: what, problem: "is not of shape (1,) with an array in it")
        }
        let element = try HDF5Object(H5Tget_super(type.id), H5Tclose, path, what)
        guard H5Tget_class(element.id) == Number.typeClass else {
            throw .malformed(path: path, place: what, problem: "its numbers are not of type \(Number.self)")
        }
        let memoryType = try HDF5Object(H5Tvlen_create(Number.memoryType), H5Tclose, path, what)
        let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
        var content = hvl_t()
        try HDF5.check(H5Dread(dataset.id, memoryType.id, all, all, normal, &content), path, what)
        defer { H5Dvlen_reclaim(memoryType.id, space.id, normal, &content) }
        guard let start = content.p else { return [] }
        return Array(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Number.self), count: content.len))
    }

    /// Reads the values of a dataset of a given shape, row after row.
    func table<Number: HDF5Number>(
        _ name: String, rows: Int, columns: Int, of _: Number.Type
    ) throws(FileError) -> [Number] {
        let what = "dataset \(name)"
        let dataset = try self.dataset(name)
        let type = try HDF5Object(H5Dget_type(dataset.id), H5Tclose, path, what)
        let space = try HDF5Object(H5Dget_space(dataset.id), H5Sclose, path, what)
        var shape: [hsize_t] = [0, 0]
        guard H5Sget_simple_extent_ndims(space.id) == 2, H5Sget_simple_extent_dims(space.id, &shape, nil) == 2,
            shape == [hsize_t(rows), hsize_t(columns)]
        else {
            throw .malformed(path: path, place: what, problem: "is not of shape (\(rows), \(columns))")
        }
        guard H5Tget_class(type.id) == Number.typeClass else {
            throw .malformed(path: path, place: what, problem: "its numbers are not of type \(Number.self)")
        }
        let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
        var status: herr_t = 0
        let values = [Number](unsafeUninitializedCapacity: rows * columns) { output, count in
            status = H5Dread(dataset.id, Number.memoryType, all, all, normal, output.baseAddress)
            count = status < 0 ? 0 : rows * columns
        }
        try HDF5.check(status, path, what)
        return values
    }

    /// Reads the UTF-8 text in a scalar dataset.
    package func text(_ name: String) throws(FileError) -> Data {
        let what = "dataset \(name)"
        let dataset = try self.dataset(name)
        let type = try HDF5Object(H5Dget_type(dataset.id), H5Tclose, path, what)
        let space = try HDF5Object(H5Dget_space(dataset.id), H5Sclose, path, what)
        guard H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) > 0,
            H5Sget_simple_extent_npoints(space.id) == 1
        else {
            throw .malformed(path: path, place: what, problem: "is not one text")
        }
        let (all, normal) = (spikekit_h5s_all(), spikekit_h5p_default())
        var content: UnsafeMutablePointer<CChar>?
        try HDF5.check(H5Dread(dataset.id, type.id, all, all, normal, &content), path, what)
        defer { H5Dvlen_reclaim(type.id, space.id, normal, &content) }
        guard let content else { return Data() }
        return Data(bytes: content, count: strlen(content))
    }

    /// Whether the file has an object of this name.
    package func has(_ name: String) -> Bool {
        var partial = ""
        return name.split(separator: "/").allSatisfy { part in
            partial += (partial.isEmpty ? "" : "/") + part
            return H5Lexists(file.id, partial, spikekit_h5p_default()) > 0
        }
    }

    private func dataset(_ name: String) throws(FileError) -> HDF5Object {
        let normal = spikekit_h5p_default()
        guard has(name) else { throw .malformed(path: path, place: "dataset \(name)", problem: "is missing") }
        return try HDF5Object(H5Dopen2(file.id, name, normal), H5Dclose, path, "dataset \(name)")
    }
}
