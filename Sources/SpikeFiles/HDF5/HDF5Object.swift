import CHDF5
import Foundation

/// An open object of libhdf5, which is closed when it goes out of scope.
package struct HDF5Object: ~Copyable {
    package typealias Closing = @convention(c) (hid_t) -> herr_t

    package let id: hid_t
    private let closing: Closing

    /// Takes over an object that was just opened. Throws `FileError` if opening failed.
    ///
    /// - Parameter id: The identifier that the opening function returned.
    package init(_ id: hid_t, _ closing: @escaping Closing, _ path: String, _ what: String) throws(FileError) {
        guard id >= 0 else { throw HDF5.failure(path, what) }
        self.id = id
        self.closing = closing
    }

    deinit { _ = closing(id) }

    /// Closes the object and throws if that fails. The last bytes of a file may then be missing.
    consuming func close(_ path: String, _ what: String) throws(FileError) {
        let status = closing(id)
        discard self
        guard status >= 0 else { throw HDF5.failure(path, what) }
    }
}

/// Helpers that all calls of libhdf5 share.
package enum HDF5 {
    /// The lock for all calls. The library has global state, which the builds of distributions do not guard.
    private static let lock = NSLock()

    /// Runs `body` while no other thread uses the library, with the library's printing of errors switched off.
    package static func withLibrary<Value>(_ body: () throws(FileError) -> Value) throws(FileError) -> Value {
        lock.lock()
        let handler = spikekit_h5e_silence()
        defer {
            spikekit_h5e_restore(handler)
            lock.unlock()
        }
        return try body()
    }

    /// The access properties of files: without locks, which some network file systems refuse. The seal detects changes.
    package static func fileAccess(_ path: String) throws(FileError) -> HDF5Object {
        let properties = try HDF5Object(H5Pcreate(spikekit_h5p_file_access()), H5Pclose, path, "file")
        try check(H5Pset_file_locking(properties.id, false, true), path, "file")
        return properties
    }

    /// Throws if a call returned an error.
    package static func check(_ status: some SignedInteger, _ path: String, _ what: String) throws(FileError) {
        guard status >= 0 else { throw failure(path, what) }
    }

    static func failure(_ path: String, _ what: String) -> FileError {
        var text = [CChar](repeating: 0, count: 256)
        spikekit_h5e_description(&text)
        let description = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return .malformed(
            path: path, place: what, problem: "libhdf5 says: \(description.isEmpty ? "failure" : description)")
    }
}

/// A number type that libhdf5 can read and write.
package protocol HDF5Number: BitwiseCopyable, Sendable {
    static var memoryType: hid_t { get }
    static var fileType: hid_t { get }
    /// The class of the type: whole numbers or floating-point numbers.
    static var typeClass: H5T_class_t { get }
}

extension Float: HDF5Number {
    package static var memoryType: hid_t { spikekit_h5t_native_float() }
    package static var fileType: hid_t { spikekit_h5t_file_float() }
    package static var typeClass: H5T_class_t { H5T_FLOAT }
}

extension Double: HDF5Number {
    package static var memoryType: hid_t { spikekit_h5t_native_double() }
    package static var fileType: hid_t { spikekit_h5t_file_double() }
    package static var typeClass: H5T_class_t { H5T_FLOAT }
}

extension Int8: HDF5Number {
    package static var memoryType: hid_t { spikekit_h5t_native_int8() }
    package static var fileType: hid_t { spikekit_h5t_file_int8() }
    package static var typeClass: H5T_class_t { H5T_INTEGER }
}

extension Int64: HDF5Number {
    package static var memoryType: hid_t { spikekit_h5t_native_int64() }
    package static var fileType: hid_t { spikekit_h5t_file_int64() }
    package static var typeClass: H5T_class_t { H5T_INTEGER }
}

extension UInt16: HDF5Number {
    package static var memoryType: hid_t { spikekit_h5t_native_uint16() }
    package static var fileType: hid_t { spikekit_h5t_file_uint16() }
    package static var typeClass: H5T_class_t { H5T_INTEGER }
}

extension UInt32: HDF5Number {
    package static var memoryType: hid_t { spikekit_h5t_native_uint32() }
    package static var fileType: hid_t { spikekit_h5t_file_uint32() }
    package static var typeClass: H5T_class_t { H5T_INTEGER }
}
