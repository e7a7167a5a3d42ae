extension NPYArray {
    /// Writes the array to a `.npy` file that `numpy.load` reads, in C order and the machine's byte order.
    ///
    /// The file is written whole or not at all.
    ///
    /// - Parameter path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError.unwritable` for a path that cannot be written.
    public func write(to path: String) throws(FileError) {
        let order = elements.isOfBytes ? "|" : UInt16(1).littleEndian == 1 ? "<" : ">"
        let header = NPYHeader(type: order + elements.typeCode, isFortranOrder: false, shape: shape)
        try AtomicFile.write(to: path) { temporary in
            let file = try OutputFile(temporary)
            try file.write(header.fileBytes)
            switch elements {
            case .float32(let values): try file.write(elements: values)
            case .float64(let values): try file.write(elements: values)
            case .int8(let values): try file.write(elements: values)
            case .int16(let values): try file.write(elements: values)
            case .int32(let values): try file.write(elements: values)
            case .int64(let values): try file.write(elements: values)
            case .uint8(let values): try file.write(elements: values)
            case .uint16(let values): try file.write(elements: values)
            case .uint32(let values): try file.write(elements: values)
            case .uint64(let values): try file.write(elements: values)
            case .bool(let values): try file.write(elements: values.map { UInt8($0 ? 1 : 0) })
            }
            try file.close()
        }
    }
}

extension NPYArray.Elements {
    fileprivate var isOfBytes: Bool {
        switch self {
        case .int8, .uint8, .bool: true
        default: false
        }
    }
}
