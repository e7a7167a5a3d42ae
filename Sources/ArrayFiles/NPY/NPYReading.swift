extension NPYArray {
    /// Reads a `.npy` file of version 1, 2 or 3.
    ///
    /// Elements can be whole numbers of 8 to 64 bits, Float16, Float32, Float64 or Booleans, in either byte order and in
    /// C or Fortran order. Float16 becomes Float32, which holds it exactly.
    ///
    /// - Parameter path: The path of the file.
    /// - Returns: The array, in C order.
    /// - Throws: `FileError` for a file that cannot be read, for elements of another type, for a malformed header, and
    ///   for a file that is shorter or longer than its header says.
    public static func read(_ path: String) throws(FileError) -> NPYArray {
        try read(InputFile(path))
    }

    /// Reads an array from a file, from its present position on to its end.
    package static func read(_ file: InputFile) throws(FileError) -> NPYArray {
        let path = file.path
        let (header, headerSize) = try readHeader(file)
        guard header.fields.isEmpty else {
            throw .malformed(
                path: path, place: "header",
                problem: "the elements are records of several fields; save one field alone")
        }
        guard let type = ElementType(header.type) else {
            throw .malformed(path: path, place: "header", problem: typeProblem(header.type))
        }
        let dataSize = file.size - headerSize
        let expected = header.elementCount.map { $0.multipliedReportingOverflow(by: type.size) }
        guard let expected, !expected.overflow else {
            throw .tooLarge(
                path: path,
                problem:
                    "its header claims shape \(header.shape), beyond any memory; it holds \(dataSize) bytes of data")
        }
        guard expected.partialValue == dataSize else {
            let size = expected.partialValue
            throw .malformed(
                path: path, place: nil,
                problem:
                    "shape \(header.shape) of \(header.type) takes \(size) bytes, the file holds \(dataSize); "
                    + (dataSize < size
                        ? "it was cut short: \(dataSize / type.size) of \(size / type.size) values are there"
                        : "it has something else behind the array"))
        }
        let elements = try type.read(file, header)
        return NPYArray(shape: header.shape, elements: elements)
    }

    static func readHeader(_ file: InputFile) throws(FileError) -> (header: NPYHeader, size: Int) {
        let start = try file.bytes(8)
        guard start.count == 8, start.starts(with: NPYHeader.magic) else {
            throw .malformed(
                path: file.path, place: "byte 0", problem: "this is no NumPy array; save one with numpy.save")
        }
        guard (1...3).contains(start[6]), start[7] == 0 else {
            throw .malformed(
                path: file.path, place: "byte 6",
                problem: "version \(start[6]).\(start[7]) is unknown; 1.0, 2.0 and 3.0 are known")
        }
        let lengthSize = start[6] == 1 ? 2 : 4
        let length = try file.bytes(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
        let size = 8 + lengthSize + length
        guard size <= file.size else {
            throw .malformed(
                path: file.path, place: "byte 8",
                problem: "the header takes \(length) bytes, the file has \(file.size) in all; it was cut short")
        }
        do throws(NPYHeader.Flaw) {
            return (try NPYHeader(parsing: file.contents(length)), size)
        } catch {
            throw .malformed(path: file.path, place: "header", problem: error.text)
        }
    }

    /// The size of each dimension of the array in a file; `nil` unless its header is well-formed and its elements are
    /// real numbers.
    package static func shape(of file: InputFile) -> [Int]? {
        guard let (header, _) = try? readHeader(file), ElementType(header.type) != nil else { return nil }
        return header.shape
    }

    private static func typeProblem(_ type: String) -> String {
        let kind =
            switch type.dropFirst().first ?? type.first {
            case "O": "Python objects"
            case "c": "complex numbers"
            case "S", "U", "a": "text"
            case "M", "m": "dates or durations"
            case "V": "records"
            default: "of a type that is not supported"
            }
        return "the elements are \(kind) (\(excerpt(type.utf8))); save the array as float32 or another real type"
    }
}

extension InputFile {
    /// Reads the next `count` bytes as `bytes` does, but throws a flaw of the header.
    fileprivate func contents(_ count: Int) throws(NPYHeader.Flaw) -> [UInt8] {
        do throws(FileError) {
            return try bytes(count)
        } catch {
            throw NPYHeader.Flaw(text: error.description)
        }
    }
}

/// The type of a file's elements and their byte order.
private struct ElementType {
    let isSwapped: Bool
    let code: String
    let size: Int

    init?(_ name: String) {
        guard let order = name.first, "<>|=".contains(order) else { return nil }
        let code = String(name.dropFirst())
        let sizes = [
            "f2": 2, "f4": 4, "f8": 8, "i1": 1, "i2": 2, "i4": 4, "i8": 8, "u1": 1, "u2": 2, "u4": 4, "u8": 8, "b1": 1,
        ]
        guard let size = sizes[code], size == 1 || order != "|" else { return nil }
        self.code = code
        self.size = size
        isSwapped = order == (UInt16(1).littleEndian == 1 ? ">" : "<")
    }

    func read(_ file: InputFile, _ header: NPYHeader) throws(FileError) -> NPYArray.Elements {
        func load<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type) throws(FileError) -> [Word] {
            try self.load(file, header)
        }
        switch code {
        case "f2": return .float32(try load(UInt16.self).map(HalfPrecision.float))
        case "f4": return .float32(try load(UInt32.self).map { Float(bitPattern: $0) })
        case "f8": return .float64(try load(UInt64.self).map { Double(bitPattern: $0) })
        case "i1": return .int8(try load(Int8.self))
        case "i2": return .int16(try load(Int16.self))
        case "i4": return .int32(try load(Int32.self))
        case "i8": return .int64(try load(Int64.self))
        case "u1": return .uint8(try load(UInt8.self))
        case "u2": return .uint16(try load(UInt16.self))
        case "u4": return .uint32(try load(UInt32.self))
        case "u8": return .uint64(try load(UInt64.self))
        default: return .bool(try load(UInt8.self).map { $0 != 0 })
        }
    }

    /// Reads the elements and converts them to native byte order and C order.
    private func load<Word: FixedWidthInteger & BitwiseCopyable>(
        _ file: InputFile, _ header: NPYHeader
    ) throws(FileError) -> [Word] {
        let count = header.elementCount ?? 0
        var words = [Word](repeating: 0, count: count)
        var result = Result<Int, FileError>.success(0)
        words.withUnsafeMutableBytes { buffer in
            do throws(FileError) {
                result = .success(try file.read(into: buffer))
            } catch {
                result = .failure(error)
            }
        }
        guard try result.get() == count * size else {
            throw .damaged(path: file.path, problem: "it became shorter while being read; read it again")
        }
        if isSwapped && size > 1 {
            for index in words.indices { words[index] = words[index].byteSwapped }
        }
        return header.isFortranOrder && header.shape.count > 1 && count > 0 ? inCOrder(words, header.shape) : words
    }

    private func inCOrder<Word>(_ words: [Word], _ shape: [Int]) -> [Word] {
        var strides = [1]
        for dimension in shape.dropLast() { strides.append(strides.last! * dimension) }
        var indices = Array(repeating: 0, count: shape.count)
        let (inner, innerStride) = (shape.last!, strides.last!)
        return [Word](unsafeUninitializedCapacity: words.count) { output, written in
            while written < words.count {
                let start = zip(indices, strides).reduce(0) { $0 + $1.0 * $1.1 }
                for index in 0..<inner {
                    (output.baseAddress! + written).initialize(to: words[start &+ index &* innerStride])
                    written += 1
                }
                var axis = shape.count - 2
                while axis >= 0 {
                    indices[axis] += 1
                    if indices[axis] < shape[axis] { break }
                    indices[axis] = 0
                    axis -= 1
                }
            }
        }
    }
}
