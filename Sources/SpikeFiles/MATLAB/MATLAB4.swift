/// MATLAB files of version 4, as PhysioNet distributes recordings.
///
/// Source: MathWorks, "MAT-File Format", chapter 2, Level 4 MAT-File Format.
enum MATLAB4 {
    private static let types: [MATLABNumber] = [.double, .single, .int32, .int16, .uint16, .uint8]

    /// The variables of a file.
    static func variables(_ bytes: [UInt8], _ path: String) throws(FileError) -> [MATLABVariable] {
        var variables: [MATLABVariable] = []
        var position = 0
        while position < bytes.count {
            let (variable, end) = try variable(bytes, at: position, path)
            variables.append(variable)
            position = end
        }
        return variables
    }

    private static func variable(
        _ bytes: [UInt8], at start: Int, _ path: String
    ) throws(FileError) -> (MATLABVariable, end: Int) {
        // The type is a decimal number: byte order, 0, kind of number, kind of matrix.
        let orders = [true, false].compactMap { isLittle -> (reader: MATLABBytes, type: Int)? in
            let reader = MATLABBytes(bytes: bytes[...], isLittleEndian: isLittle)
            guard let type = reader.number(at: start), type / 1000 == (isLittle ? 0 : 1) else { return nil }
            return (reader, type)
        }
        guard let (reader, type) = orders.first, type / 100 % 10 == 0, type / 10 % 10 < types.count, type % 10 < 3,
            let rows = reader.number(at: start + 4), let columns = reader.number(at: start + 8),
            let isComplex = reader.number(at: start + 12), isComplex < 2, let nameSize = reader.number(at: start + 16)
        else {
            throw .malformed(
                path: path, place: "byte \(start)", problem: "is no MATLAB file of version 4 to 7, or was cut short")
        }
        let number = types[type / 10 % 10]
        let count = rows.multipliedReportingOverflow(by: columns)
        let size = count.partialValue.multipliedReportingOverflow(by: number.size * (isComplex + 1))
        let dataStart = start + 20 + nameSize
        guard !count.overflow, !size.overflow, dataStart <= bytes.count, size.partialValue <= bytes.count - dataStart
        else {
            throw .damaged(
                path: path,
                problem: "was cut short: a matrix of \(rows) × \(columns) numbers does not fit into its bytes")
        }
        let name = String(decoding: bytes[(start + 20)..<dataStart].prefix { $0 != 0 }, as: UTF8.self)
        let isReal = isComplex == 0 && type % 10 == 0
        let end = dataStart + size.partialValue
        return (
            MATLABVariable(
                name: name, shape: isReal ? [rows, columns] : nil, type: number, isLittleEndian: reader.isLittleEndian,
                data: bytes[dataStart..<end]), end
        )
    }
}
