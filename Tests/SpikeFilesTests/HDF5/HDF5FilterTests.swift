import ArrayFiles
import FileTestSupport
import Testing

@testable import SpikeFiles

/// Messages, numbers and filters of HDF5 whose bytes are written by hand from the specification.
@Suite struct HDF5FilterTests {
    private func source(_ bytes: [UInt8] = [], start: Int = 0, addressSize: Int = 8) -> HDF5Bytes {
        HDF5Bytes(InputFile("a", contents: bytes), start: start, addressSize: addressSize, lengthSize: 8)
    }

    private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// A message of filters; version 1 has their names and fills up.
    private func filters(version: UInt8, _ filters: [(kind: UInt16, values: [UInt32])]) throws -> HDF5Filters {
        var bytes: [UInt8] = [version, UInt8(filters.count)] + (version == 1 ? [0, 0, 0, 0, 0, 0] : [])
        for (kind, values) in filters {
            let name: [UInt8] = version == 1 || kind >= 256 ? [65, 66, 67, 68, 69, 70, 71, 0] : []
            bytes += little(kind) + (version == 1 || kind >= 256 ? little(UInt16(8)) : []) + [9, 9]
            bytes += little(UInt16(values.count)) + name + values.flatMap { little($0) }
            if version == 1, values.count % 2 == 1 { bytes += [0, 0, 0, 0] }
        }
        return try HDF5Filters(HDF5Cursor(source(), bytes, "filters"), dataset: "d")
    }

    @Test(arguments: [1, 2] as [UInt8])
    func shuffledBytes(_ version: UInt8) throws {
        let shuffle = try filters(version: version, [(2, [4])])
        #expect(
            try shuffle.undone([1, 4, 2, 5, 3, 6, 7, 8, 9, 10], size: 10, mask: 0) == [1, 2, 3, 7, 4, 5, 6, 8, 9, 10])
        #expect(try shuffle.undone([1, 2, 3], size: 3, mask: 0) == [1, 2, 3])
        #expect(try shuffle.undone([1, 2, 3, 4], size: 4, mask: 0) == [1, 2, 3, 4])
        #expect(try filters(version: version, [(2, [2])]).undone([1, 3, 2, 4], size: 4, mask: 0) == [1, 2, 3, 4])
        #expect(try filters(version: version, [(2, [1])]).undone([1, 3, 2, 4], size: 4, mask: 0) == [1, 3, 2, 4])
        // The second of two filters is undone first; a filter is left out by its bit.
        let two = try filters(version: version, [(2, [2]), (2, [4])])
        let both: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]
        #expect(try two.undone(both, size: 8, mask: 0) == both)
        #expect(try two.undone(both, size: 8, mask: 1) == [0, 2, 4, 6, 1, 3, 5, 7])
        #expect(try two.undone(both, size: 8, mask: 2) == [0, 4, 1, 5, 2, 6, 3, 7])
        #expect(try two.undone(both, size: 8, mask: 3) == both && !two.isEmpty)
        let summed = try filters(version: version, [(2, [2]), (3, [])])
        #expect(try summed.undone([1, 3, 2, 4, 0x07, 0x03, 0x0A, 0x04], size: 4, mask: 0) == [1, 2, 3, 4])
        #expect(HDF5Filters(source()).isEmpty)
        #expect(throws: FileError.self) { try two.undone(both, size: 7, mask: 3) }
    }

    /// Fletcher's checksum of words whose first byte is the high one; sums of 65535 are 0.
    @Test func checksums() throws {
        let checked = try filters(version: 2, [(3, [])])
        for (bytes, first, second) in [
            ([1, 2], 0x0102, 0x0102), ([1, 2, 3, 4], 0x0406, 0x0508), ([1, 2, 3], 0x0402, 0x0504),
            ([0xFF, 0xFF], 0, 0), ([0xFF, 0xFE, 0, 3], 2, 1), ([], 0, 0), ([0xFF, 0xFE], 0xFFFE, 0xFFFE),
        ] as [([UInt8], UInt32, UInt32)] {
            let stored = bytes + little(second << 16 | first)
            #expect(try checked.undone(stored, size: bytes.count, mask: 0) == bytes, "\(bytes)")
            #expect(throws: FileError.self) { try checked.undone(stored, size: bytes.count + 1, mask: 0) }
            for bit in 0..<32 as Range<UInt32> {
                let wrong = bytes + little((second << 16 | first) ^ 1 << bit)
                #expect(throws: FileError.self, "\(bytes), \(bit)") {
                    try checked.undone(wrong, size: bytes.count, mask: 0)
                }
            }
        }
        // 65535 may be stored where the sum is 0.
        #expect(try checked.undone([0xFF, 0xFF] + little(UInt32.max), size: 2, mask: 0) == [0xFF, 0xFF])
        #expect(throws: FileError.self) { try checked.undone([1, 2, 3], size: 0, mask: 0) }
    }

    @Test func otherFiltersAreNamed() throws {
        for (kind, name) in [
            (4, "SZIP"), (5, "n-bit"), (6, "scale-offset"), (32_001, "Blosc"), (32_004, "LZ4"),
            (32_015, "Zstandard"), (0x8ECF, "Prophesee's ECF"), (7, "the filter 7"), (0, "the filter 0"),
            (256, "the filter 256"), (255, "the filter 255"),
        ] as [(UInt16, String)] {
            let text = message { _ = try filters(version: 2, [(2, [8, 9]), (kind, [1, 2, 3])]) }
            #expect(
                text?.contains("dataset d is compressed by \(name), which is not read;") == true, "\(text ?? "read")")
            #expect(text?.contains("metavision_file_to_dat") == (kind == 0x8ECF))
            #expect(text?.contains("h5repack -f GZIP=4") == (kind != 0x8ECF))
        }
        for version in [0, 3] as [UInt8] {
            #expect(
                message { _ = try filters(version: version, []) }?.contains("of version \(version) are unknown") == true
            )
        }
    }

    @Test func cursorsReadNumbers() throws {
        let bytes: [UInt8] = [1, 2, 3, 0xFF, 0xFF, 65, 66, 0, 7, 8]
        var cursor = HDF5Cursor(source(addressSize: 2), bytes, "message")
        #expect(try cursor.int(3) == 0x030201 && cursor.position == 3 && cursor.remaining == 7)
        #expect(try cursor.address() == nil)
        #expect(try cursor.textToZero() == "AB" && cursor.position == 8)
        #expect(try cursor.int(0) == 0)
        try cursor.align(from: 0)
        #expect(cursor.position == 8)
        #expect(message { try cursor.align(from: 7) }?.contains("message ends too early") == true)
        try cursor.align(from: 6 - 4)
        #expect(cursor.position == 10 && cursor.remaining == 0)
        #expect(throws: FileError.self) { try cursor.int(1) }
        #expect(throws: FileError.self) { try cursor.skip(-1) }
        try cursor.skip(0)
        var full = HDF5Cursor(source(addressSize: 8), Array(repeating: 0xFF, count: 16) + [0xFE, 0xFF], "m")
        #expect(try full.address() == nil && full.number(8) == .max)
        var small = HDF5Cursor(source(addressSize: 2), [0xFE, 0xFF], "m")
        #expect(try small.address() == 0xFFFE)
    }

    @Test func addressesCountFromTheSuperblock() throws {
        let bytes = source([9, 9, 1, 2, 3, 4, 5], start: 2)
        #expect(try bytes.bytes(1, 3, "x") == [2, 3, 4] && bytes.bytes(0, 5, "x") == [1, 2, 3, 4, 5])
        #expect(try bytes.bytes(5, 0, "x") == [] && bytes.fileSize == 7)
        for (address, count) in [(0, 6), (5, 1), (6, 0), (.max, 1), (1, .max)] as [(UInt64, UInt64)] {
            #expect(message { _ = try bytes.bytes(address, count, "x") }?.contains("x lies beyond the end") == true)
        }
        #expect(try bytes.bytes(3, upTo: 9) == [4, 5] && bytes.bytes(3, upTo: 1) == [4])
        #expect(try bytes.bytes(5, upTo: 9) == [] && bytes.bytes(.max, upTo: 9) == [])
        #expect(
            message { _ = try bytes.block(0, 5, signature: "ABCD", "x") }?.contains("does not begin with ABCD") == true)
        var block = try source(Array("ABCD".utf8) + [7]).block(0, 5, signature: "ABCD", "x")
        #expect(try block.int(1) == 7)
    }

    @Test(
        arguments: [
            (1, [0x80, 0x7F], [0x80, 0x7F], [-128, 127]), (2, [1, 0x80], [0x8001], [-32_767]),
            (3, [1, 0, 0x80, 2, 0, 0], [0x80_0001, 2], [-8_388_607, 2]),
            (4, [1, 0, 0, 0x80], [0x8000_0001], [-0x7FFF_FFFF]),
            (5, [1, 0, 0, 0, 0x80], [0x80_0000_0001], [-0x7F_FFFF_FFFF]),
            (7, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 9], [0xFF_FFFF_FFFF_FFFE], [-2]),
            (8, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [.max], [-2]),
        ] as [(Int, [UInt8], [Int64], [Int64])])
    func wholeNumbersOfAnySize(_ size: Int, _ bytes: [UInt8], _ unsigned: [Int64], _ signed: [Int64]) {
        let swapped = stride(from: 0, to: bytes.count - size + 1, by: size).flatMap { bytes[$0..<$0 + size].reversed() }
        for (isSigned, expected) in [(false, unsigned), (true, signed)] {
            for (isBig, ordered) in [(false, bytes), (true, swapped)] {
                let type = HDF5Type.integer(size: size, isSigned: isSigned, isBigEndian: isBig)
                let found = ordered.withUnsafeBytes { HDF5Numbers.integers($0, type) }
                #expect(found == expected, "\(type)")
                let doubles = ordered.withUnsafeBytes { HDF5Numbers.doubles($0, type) }
                #expect(doubles == (size == 8 && !isSigned ? [0x1p64] : expected.map { Double($0) }), "\(type)")
                #expect(type.size(addressSize: 8) == size && type.isNumber)
            }
        }
    }

    /// The head of a type: class and version, flags, size.
    private func type(_ kind: UInt8, version: UInt8 = 1, flags: UInt32 = 0, size: UInt32, _ rest: [UInt8] = [])
        -> [UInt8]
    {
        var bytes = [version << 4 | kind]
        bytes += little(flags).prefix(3)
        bytes += little(size)
        return bytes + rest
    }

    private func read(_ bytes: [UInt8]) throws -> HDF5Type { try HDF5Type(HDF5Cursor(source(), bytes, "type")) }

    @Test func typesOfNumbers() throws {
        for size in [0, 1, 3, 8, 9] as [UInt32] {
            let whole = little(UInt16(0)) + little(UInt16(8 * size))
            let isKnown = 1...8 ~= size
            let expected = HDF5Type.integer(size: Int(size), isSigned: true, isBigEndian: true)
            #expect(try read(type(0, flags: 9, size: size, whole)) == (isKnown ? expected : .other(size: Int(size))))
        }
        #expect(
            try read(type(0, size: 2, [0, 0, 16, 0])) == .integer(size: 2, isSigned: false, isBigEndian: false))
        #expect(try read(type(0, size: 2, [1, 0, 16, 0])) == .other(size: 2))
        #expect(try read(type(0, size: 2, [0, 0, 15, 0])) == .other(size: 2))
        for (size, exponent, fraction, bias, isKnown) in [
            (2, 5, 10, 15, true), (4, 8, 23, 127, true), (8, 11, 52, 1023, true), (4, 8, 22, 127, false),
            (4, 7, 23, 127, false), (4, 8, 23, 128, false), (8, 8, 23, 127, false), (16, 15, 112, 16383, false),
        ] as [(UInt32, UInt8, UInt8, UInt32, Bool)] {
            let rest = [0, 0, 0, 0, 0, exponent, 0, fraction] + little(bias)
            let found = try read(type(1, flags: 1, size: size, rest))
            #expect(found == (isKnown ? .float(size: Int(size), isBigEndian: true) : .other(size: Int(size))))
            // The order of bytes of a VAX.
            #expect(try read(type(1, flags: 0x41, size: size, rest)) == .other(size: Int(size)))
        }
    }

    @Test func typesOfTextsAndSequences() throws {
        let whole = type(0, size: 2, [0, 0, 16, 0])
        let inner = HDF5Type.integer(size: 2, isSigned: false, isBigEndian: false)
        #expect(try read(type(3, size: 7)) == .text(size: 7))
        #expect(try read(type(9, flags: 1, size: 16, type(3, size: 1))) == .anyText)
        #expect(try read(type(9, flags: 0x11, size: 16, type(3, size: 1))) == .anyText)
        #expect(try read(type(9, flags: 0, size: 16, whole)) == .sequence(inner))
        #expect(HDF5Type.sequence(inner).size(addressSize: 4) == 12 && HDF5Type.anyText.size(addressSize: 8) == 16)
        #expect(!HDF5Type.anyText.isNumber && !HDF5Type.text(size: 3).isNumber)
        #expect(try read(type(7, size: 8)) == .other(size: 8))
        // An enumeration of two names in versions 1 and 3, of which only the first fills up.
        let names1 = Array("OFF\0\0\0\0\0ON\0\0\0\0\0\0".utf8)
        let names3 = Array("OFF\0ON\0".utf8)
        #expect(try read(type(8, flags: 2, size: 2, whole + names1 + [0, 0, 1, 0])) == inner)
        #expect(try read(type(8, version: 3, flags: 2, size: 2, whole + names3 + [0, 0, 1, 0])) == inner)
        #expect(throws: FileError.self) {
            try read(type(8, version: 3, flags: 2, size: 2, whole + names3 + [0, 0, 1]))
        }
        #expect(throws: FileError.self) { try read(type(8, flags: 2, size: 2, whole + names3 + [0, 0, 1, 0])) }
        // Types may be nested up to seven times.
        let deep = (0..<7).reduce(whole) { inner, _ in type(9, size: 16, inner) }
        #expect(try read(deep).size(addressSize: 8) == 16)
        #expect(message { _ = try read(type(9, size: 16, deep)) }?.contains("nested too deeply") == true)
    }

    @Test func typesOfRecords() throws {
        let inner = type(0, size: 2, [0, 0, 16, 0])
        let field = HDF5Type.integer(size: 2, isSigned: false, isBigEndian: false)
        let old = Array("a\0\0\0\0\0\0\0".utf8) + little(UInt32(3))
        let rank = [0] + Array(repeating: UInt8(0), count: 27)
        for size in [5, 6] as [UInt32] {
            let expected = HDF5Type.record(size: Int(size), [.init(name: "a", offset: 3, type: field)])
            #expect(try read(type(6, version: 1, flags: 1, size: size, old + rank + inner)) == expected)
            #expect(try read(type(6, version: 2, flags: 1, size: size, old + inner)) == expected)
            #expect(try read(type(6, version: 3, flags: 1, size: size, Array("a\0".utf8) + [3] + inner)) == expected)
        }
        #expect(
            try read(type(6, version: 1, flags: 1, size: 5, old + [1] + rank.dropFirst() + inner))
                == .record(size: 5, [.init(name: "a", offset: 3, type: .other(size: 2))]))
        for (size, width) in [(255, 1), (256, 2), (65_535, 2), (65_536, 3)] as [(UInt32, Int)] {
            let fields = Array("a\0".utf8) + little(UInt32(3)).prefix(width) + inner
            #expect(
                try read(type(6, version: 3, flags: 1, size: size, fields))
                    == .record(size: Int(size), [.init(name: "a", offset: 3, type: field)]))
        }
        let text = message { _ = try read(type(6, version: 3, flags: 1, size: 4, Array("a\0".utf8) + [3] + inner)) }
        #expect(text?.contains("the field a lies outside of its record") == true)
        #expect(throws: FileError.self) {
            try read(type(6, version: 3, flags: 1, size: 4, Array("a\0".utf8) + [5] + inner))
        }
    }
}
