/// Reads a FlatBuffer whose first four bytes are its size. Every access is checked, as offsets come from a file.
///
/// Source: flatbuffers.dev/internals (the layout of tables, vectors and structs).
struct FlatBuffer {
    let bytes: [UInt8]

    /// A table, by the position of its start.
    struct Table {
        fileprivate let buffer: FlatBuffer
        fileprivate let position: Int
        fileprivate let fields: Int
        fileprivate let fieldsSize: Int

        /// The position of a field's value; `nil` if the table does not have it.
        private func position(_ field: Int) -> Int? {
            let entry = 4 + 2 * field
            guard entry + 2 <= fieldsSize, let offset = buffer.number(fields + entry, UInt16.self), offset > 0 else {
                return nil
            }
            return position + Int(offset)
        }

        /// The number in a field; `nil` if the table does not have it.
        func number<Number: FixedWidthInteger & BitwiseCopyable>(_ field: Int, _: Number.Type) -> Number? {
            position(field).flatMap { buffer.number($0, Number.self) }
        }

        /// The bytes of the vector or text in a field, whose elements take `elementSize` bytes each.
        func vector(_ field: Int, elementSize: Int) -> Range<Int>? {
            guard let position = position(field), let offset = buffer.number(position, UInt32.self),
                let count = buffer.number(position + Int(offset), UInt32.self)
            else { return nil }
            let start = position + Int(offset) + 4
            let size = Int(count) * elementSize
            return size <= buffer.bytes.count - start ? start..<start + size : nil
        }
    }

    /// The four letters that say what the buffer holds.
    var identifier: String { String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self) }

    /// The outermost table; `nil` if it does not lie in the buffer.
    var root: Table? {
        guard let offset = number(4, UInt32.self) else { return nil }
        let position = 4 + Int(offset)
        guard let back = number(position, Int32.self) else { return nil }
        let fields = position - Int(back)
        guard fields >= 0, let size = number(fields, UInt16.self) else { return nil }
        return Table(buffer: self, position: position, fields: fields, fieldsSize: Int(size))
    }

    fileprivate func number<Number: FixedWidthInteger & BitwiseCopyable>(_ position: Int, _: Number.Type) -> Number? {
        guard position >= 0, position <= bytes.count - MemoryLayout<Number>.size else { return nil }
        return bytes.withUnsafeBytes { $0.little(position, Number.self) }
    }
}
