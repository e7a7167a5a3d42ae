import SpikeEncoding

extension RecordingFormat {
    static let matlab = RecordingFormat(
        names: ["MATLAB"], extensions: ["mat"], matches: { $0.starts(with: "MATLAB ".utf8) || MATLAB5.matches($0) },
        hasVariables: true,
        load: { (source, options) throws(FileError) in
            let file = source.file
            try file.seek(to: 0)
            let bytes = try file.bytes(file.size)
            let text = String(decoding: bytes.prefix(10), as: UTF8.self)
            guard text != "MATLAB 7.3", !bytes.dropFirst(512).starts(with: [0x89] + Array("HDF\r\n".utf8)) else {
                throw .unsuitable(
                    path: source.path, problem: "is of MATLAB 7.3, which is HDF5; save it with the option -v7")
            }
            let variables =
                text.hasPrefix("MATLAB 5.0") || MATLAB5.matches(bytes[...])
                ? try MATLAB5.variables(bytes, source.path) : try MATLAB4.variables(bytes, source.path)
            let entries = variables.map { variable in
                ArrayRecording.Entry(name: variable.name, shape: variable.shape) { () throws(FileError) in
                    variable.array()
                }
            }
            return try ArrayRecording.load(entries, source.path, options, transposing: true)
        })
}

/// A variable in a MATLAB file.
struct MATLABVariable {
    let name: String
    /// The size of each dimension; `nil` for what is no full array of real numbers.
    let shape: [Int]?
    let type: MATLABNumber
    let isLittleEndian: Bool
    /// The bytes of the elements, with the first dimension innermost.
    let data: ArraySlice<UInt8>

    /// The array in C order.
    func array() -> NPYArray {
        let shape = shape ?? []
        let values = type.values(data, isLittleEndian: isLittleEndian)
        guard shape.count == 2, shape[0] > 1, shape[1] > 1 else {
            return NPYArray(shape: shape, elements: .float64(values))
        }
        var elements: [Double] = []
        elements.reserveCapacity(values.count)
        for row in 0..<shape[0] {
            for column in 0..<shape[1] { elements.append(values[column * shape[0] + row]) }
        }
        return NPYArray(shape: shape, elements: .float64(elements))
    }
}

/// How a MATLAB file stores numbers.
enum MATLABNumber {
    case int8, uint8, int16, uint16, int32, uint32, int64, uint64, single, double

    var size: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .single: 4
        case .int64, .uint64, .double: 8
        }
    }

    func values(_ data: ArraySlice<UInt8>, isLittleEndian: Bool) -> [Double] {
        func load<Word: FixedWidthInteger>(_: Word.Type, _ convert: (Word) -> Double) -> [Double] {
            data.withUnsafeBytes { bytes in
                (0..<bytes.count / MemoryLayout<Word>.size).map { index in
                    let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
                    return convert(isLittleEndian ? Word(littleEndian: word) : Word(bigEndian: word))
                }
            }
        }
        return switch self {
        case .int8: load(Int8.self) { Double($0) }
        case .uint8: load(UInt8.self) { Double($0) }
        case .int16: load(Int16.self) { Double($0) }
        case .uint16: load(UInt16.self) { Double($0) }
        case .int32: load(Int32.self) { Double($0) }
        case .uint32: load(UInt32.self) { Double($0) }
        case .int64: load(Int64.self) { Double($0) }
        case .uint64: load(UInt64.self) { Double($0) }
        case .single: load(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .double: load(UInt64.self) { Double(bitPattern: $0) }
        }
    }
}

/// Whole numbers in a file of either byte order.
struct MATLABBytes {
    let bytes: ArraySlice<UInt8>
    let isLittleEndian: Bool

    /// The number of 32 bits at a position of the slice; `nil` beyond its end.
    func number(at position: Int) -> Int? {
        guard position >= bytes.startIndex, position <= bytes.endIndex - 4 else { return nil }
        let digits = bytes[position..<position + 4]
        return (isLittleEndian ? digits.reversed() : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
}
