import ArrayFiles

/// Numbers from the bytes of a dataset.
enum HDF5Numbers {
    /// Whole or floating-point numbers in double precision; `nil` for elements of another type.
    ///
    /// - Parameter bytes: The bytes of whole elements.
    static func doubles(_ bytes: UnsafeRawBufferPointer, _ type: HDF5Type) -> [Double]? {
        switch type {
        case .float(2, let swap): map(bytes, UInt16.self, swap) { Double(HalfPrecision.float($0)) }
        case .float(4, let swap): map(bytes, UInt32.self, swap) { Double(Float(bitPattern: $0)) }
        case .float(_, let swap): map(bytes, UInt64.self, swap) { Double(bitPattern: $0) }
        case .integer(8, false, let swap): map(bytes, UInt64.self, swap) { Double($0) }
        case .integer: integers(bytes, type)?.map { Double($0) }
        default: nil
        }
    }

    /// Whole numbers; `nil` for elements of another type. Those from 2^63 on become `Int64.max`.
    static func integers(_ bytes: UnsafeRawBufferPointer, _ type: HDF5Type) -> [Int64]? {
        switch type {
        case .integer(1, false, let swap): map(bytes, UInt8.self, swap) { Int64($0) }
        case .integer(2, false, let swap): map(bytes, UInt16.self, swap) { Int64($0) }
        case .integer(4, false, let swap): map(bytes, UInt32.self, swap) { Int64($0) }
        case .integer(8, false, let swap): map(bytes, UInt64.self, swap) { Int64(clamping: $0) }
        case .integer(1, true, let swap): map(bytes, UInt8.self, swap) { Int64(Int8(bitPattern: $0)) }
        case .integer(2, true, let swap): map(bytes, UInt16.self, swap) { Int64(Int16(bitPattern: $0)) }
        case .integer(4, true, let swap): map(bytes, UInt32.self, swap) { Int64(Int32(bitPattern: $0)) }
        case .integer(8, true, let swap): map(bytes, UInt64.self, swap) { Int64(bitPattern: $0) }
        case .integer(let size, let isSigned, let swap):
            // 3, 5, 6 or 7 bytes.
            stride(from: 0, to: bytes.count / size * size, by: size).map { start in
                let element = bytes[start..<start + size]
                let value = (swap ? Array(element) : element.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let shift = UInt64(64 - 8 * size)
                return isSigned ? Int64(bitPattern: value << shift) >> Int64(shift) : Int64(value)
            }
        default: nil
        }
    }

    @inline(__always)
    private static func map<Bits: FixedWidthInteger, Value>(
        _ bytes: UnsafeRawBufferPointer, _: Bits.Type, _ isBigEndian: Bool, _ value: (Bits) -> Value
    ) -> [Value] {
        let (size, count) = (MemoryLayout<Bits>.size, bytes.count / MemoryLayout<Bits>.size)
        return [Value](unsafeUninitializedCapacity: count) { output, filled in
            for index in 0..<count {
                let bits = bytes.loadUnaligned(fromByteOffset: index &* size, as: Bits.self)
                (output.baseAddress! + index).initialize(
                    to: value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)))
            }
            filled = count
        }
    }
}
