/// MATLAB files of versions 5 to 7, compressed or not.
///
/// Source: MathWorks, "MAT-File Format", chapter 1, Level 5 MAT-File Format.
enum MATLAB5 {
    /// The types of data elements that are not numbers.
    private enum Element {
        static let matrix = 14
        static let compressed = 15
    }

    private static let headerSize = 128
    private static let numbers: [Int: MATLABNumber] = [
        1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .single, 9: .double, 12: .int64,
        13: .uint64,
    ]
    /// The classes of full arrays of numbers, from double precision to whole numbers of 64 bits.
    private static let numericClasses = 6...15

    /// Whether a file of version 5 begins with some bytes: its header ends with the version and the mark of the byte
    /// order, whatever its text is.
    static func matches(_ start: ArraySlice<UInt8>) -> Bool {
        let end = start.dropFirst(124).prefix(4)
        return end.elementsEqual([0, 1] + Array("IM".utf8)) || end.elementsEqual([1, 0] + Array("MI".utf8))
    }

    /// The variables of a file.
    static func variables(_ bytes: [UInt8], _ path: String) throws(FileError) -> [MATLABVariable] {
        guard bytes.count >= headerSize else {
            throw .damaged(path: path, problem: "was cut short within its header")
        }
        let mark = String(decoding: bytes[126..<128], as: UTF8.self)
        guard mark == "IM" || mark == "MI" else {
            throw .malformed(path: path, place: "byte 126", problem: "the mark of the byte order is missing")
        }
        let isLittleEndian = mark == "IM"
        var rest = bytes[headerSize...]
        var variables: [MATLABVariable] = []
        while !rest.isEmpty {
            var element = try element(&rest, isLittleEndian, path)
            if element.type == Element.compressed {
                let contents: [UInt8]
                do throws(Inflation.Flaw) {
                    contents = try Inflation.inflated(element.data, .zlib, limit: physicalMemory / 2).bytes
                } catch {
                    throw .damaged(path: path, problem: "a variable in it cannot be decompressed: \(error.text)")
                }
                var inner = contents[...]
                element = try self.element(&inner, isLittleEndian, path)
            } else {
                rest = rest.dropFirst((8 - element.data.count % 8) % 8)
            }
            guard element.type == Element.matrix else { continue }
            let variable = try variable(element.data, isLittleEndian, path)
            // What has no name holds MATLAB's objects.
            if !variable.name.isEmpty { variables.append(variable) }
        }
        return variables
    }

    /// Takes the next element. Small elements have their data within the tag.
    private static func element(
        _ rest: inout ArraySlice<UInt8>, _ isLittleEndian: Bool, _ path: String
    ) throws(FileError) -> (type: Int, data: ArraySlice<UInt8>) {
        let reader = MATLABBytes(bytes: rest, isLittleEndian: isLittleEndian)
        let start = rest.startIndex
        guard let word = reader.number(at: start), let size = reader.number(at: start + 4) else {
            throw .damaged(path: path, problem: "was cut short within a variable")
        }
        let smallSize = word >> 16
        if smallSize > 0 {
            guard smallSize <= 4 else {
                throw .malformed(path: path, place: nil, problem: "a variable in it is damaged")
            }
            rest = rest.dropFirst(8)
            return (word & 0xFFFF, reader.bytes[start + 4..<start + 4 + smallSize])
        }
        guard size <= rest.count - 8 else {
            throw .damaged(
                path: path, problem: "was cut short: \(rest.count - 8) of \(size) bytes of a variable are there")
        }
        let data = rest[start + 8..<start + 8 + size]
        rest = rest[data.endIndex...]
        return (word, data)
    }

    private static func variable(
        _ matrix: ArraySlice<UInt8>, _ isLittleEndian: Bool, _ path: String
    ) throws(FileError) -> MATLABVariable {
        var rest = matrix
        /// The next part of the matrix. Parts are filled up to 8 bytes; small ones are so by themselves.
        func part() throws(FileError) -> (type: Int, data: ArraySlice<UInt8>) {
            let start = rest.startIndex
            let part = try element(&rest, isLittleEndian, path)
            rest = rest.dropFirst((8 - (rest.startIndex - start) % 8) % 8)
            return part
        }
        let flags = try part()
        guard
            let word = MATLABBytes(bytes: flags.data, isLittleEndian: isLittleEndian).number(at: flags.data.startIndex)
        else { throw .malformed(path: path, place: nil, problem: "a variable in it has no class") }
        let isNumeric = numericClasses.contains(word & 0xFF) && word >> 11 & 1 == 0
        let dimensions = try part()
        let reader = MATLABBytes(bytes: dimensions.data, isLittleEndian: isLittleEndian)
        let shape = stride(from: dimensions.data.startIndex, to: dimensions.data.endIndex, by: 4).map {
            reader.number(at: $0) ?? 0
        }
        let name = String(decoding: try part().data, as: UTF8.self)
        guard isNumeric else {
            return MATLABVariable(name: name, shape: nil, type: .uint8, isLittleEndian: isLittleEndian, data: [])
        }
        let values = try part()
        let count = shape.reduce((1, false)) { product, size in
            let (next, overflow) = product.0.multipliedReportingOverflow(by: size)
            return (next, product.1 || overflow)
        }
        guard let type = numbers[values.type], !count.1, values.data.count % type.size == 0,
            count.0 == values.data.count / type.size
        else {
            throw .malformed(
                path: path, place: nil,
                problem: "the numbers of \(excerpt(name.utf8)) do not fit its dimensions, "
                    + shape.map(String.init).joined(separator: " × "))
        }
        return MATLABVariable(name: name, shape: shape, type: type, isLittleEndian: isLittleEndian, data: values.data)
    }
}
