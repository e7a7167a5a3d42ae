import FileTestSupport
import Testing

@testable import ArrayFiles

@Suite struct NPYArrayTests {
    static let everyType: [NPYArray.Elements] = [
        .float32([0, -1.5, .infinity, 4, 5, .leastNonzeroMagnitude]),
        .float64([0, -1.5, 1e300, 4, 5, .leastNonzeroMagnitude]),
        .int8([0, -1, 127, -128, 5, 6]), .int16([0, -1, .max, .min, 5, 6]), .int32([0, -1, .max, .min, 5, 6]),
        .int64([0, -1, .max, .min, 5, 6]), .uint8([0, 1, 255, 4, 5, 6]), .uint16([0, 1, .max, 4, 5, 6]),
        .uint32([0, 1, .max, 4, 5, 6]), .uint64([0, 1, .max, 4, 5, 6]), .bool([true, false, false, true, true, false]),
    ]

    static func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
        let length = header.utf8.count
        let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return NPYHeader.magic + [version, 0] + size + Array(header.utf8) + data
    }

    private func read(_ header: String, _ data: [UInt8], version: UInt8 = 1) throws -> NPYArray {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        return try NPYArray.read(folder.file("a.npy", Self.file(header, data, version: version)))
    }

    private func read(bytes: [UInt8]) throws -> NPYArray {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        return try NPYArray.read(folder.file("a.npy", bytes))
    }

    @Test func shapesThatDoNotFitAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = NPYArray(shape: [-1, -1], elements: .int8([1])) }
        await #expect(processExitsWith: .failure) { _ = NPYArray(shape: [2], elements: .int8([1, 2, 3])) }
        await #expect(processExitsWith: .failure) { _ = NPYArray(shape: [], elements: .int8([])) }
    }

    /// The shape alone is read, too, of numbers only.
    @Test func shapesAreReadAlone() throws {
        let folder = try TemporaryFolder()
        try NPYArray(shape: [9, 10, 0], elements: .uint8([])).write(to: folder.file("a.npy"))
        #expect(try NPYArray.shape(of: InputFile(folder.file("a.npy"))) == [9, 10, 0])
        let records = Self.file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", [0, 0, 0, 0])
        #expect(try NPYArray.shape(of: InputFile(folder.file("b.npy", records))) == nil)
        #expect(try NPYArray.shape(of: InputFile(folder.file("c.npy", "1,2,3\n"))) == nil)
    }

    @Test(arguments: everyType) func roundTrips(_ elements: NPYArray.Elements) throws {
        let folder = try TemporaryFolder()
        for shape in [[6], [2, 3], [3, 2, 1], [1, 1, 2, 1, 3]] {
            let array = NPYArray(shape: shape, elements: elements)
            try array.write(to: folder.file("a.npy"))
            #expect(try NPYArray.read(folder.file("a.npy")) == array)
        }
    }

    @Test func everyTypeIsReadAsDoubles() {
        func doubles(_ elements: NPYArray.Elements) -> [Double] {
            NPYArray(shape: [elements.count], elements: elements).doubles()
        }
        #expect(doubles(.float32([-1.5, 0.1, .infinity])) == [-1.5, 0x1.99999ap-4, .infinity])
        #expect(doubles(.float64([-1.5, 0.1])) == [-1.5, 0.1])
        #expect(doubles(.int8([-128, 127])) == [-128, 127] && doubles(.uint8([0, 255])) == [0, 255])
        #expect(doubles(.int16([-32768])) == [-32768] && doubles(.uint16([65535])) == [65535])
        #expect(doubles(.int32([.min])) == [-0x1p31] && doubles(.uint32([.max])) == [0x1p32 - 1])
        #expect(doubles(.int64([.min, 3])) == [-0x1p63, 3] && doubles(.uint64([.max])) == [0x1p64])
        #expect(doubles(.bool([true, false])) == [1, 0])
    }

    @Test func roundTripsSingleAndNoValues() throws {
        let folder = try TemporaryFolder()
        for array in [
            NPYArray(shape: [], elements: .int32([7])), NPYArray(shape: [0], elements: .float32([])),
            NPYArray(shape: [3, 0, 2], elements: .uint8([])),
        ] {
            try array.write(to: folder.file("a.npy"))
            #expect(try NPYArray.read(folder.file("a.npy")) == array)
        }
    }

    @Test func dataStartsAtAMultipleOf64() throws {
        let folder = try TemporaryFolder()
        for count in 0..<40 {
            let shape = Array(repeating: 1, count: count)
            try NPYArray(shape: shape, elements: .int8([1])).write(to: folder.file("a.npy"))
            #expect(try folder.bytes("a.npy").count % 64 == 1)
        }
    }

    @Test func longHeadersAreOfVersion2() throws {
        let folder = try TemporaryFolder()
        let array = NPYArray(shape: Array(repeating: 1, count: 30_000), elements: .int8([1]))
        try array.write(to: folder.file("a.npy"))
        #expect(try folder.bytes("a.npy")[6] == 2)
        #expect(try NPYArray.read(folder.file("a.npy")) == array)
    }

    @Test(arguments: [1, 2, 3] as [UInt8]) func readsVersions(_ version: UInt8) throws {
        let array = try read(
            "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n", [1, 0, 0xFE, 0xFF], version: version)
        #expect(array == NPYArray(shape: [2], elements: .int16([1, -2])))
    }

    @Test(arguments: [
        "{\"shape\":(2,),\"descr\":\"<i2\",\"fortran_order\":True}",
        " { 'shape' : ( 2 , ) , 'fortran_order':False,'descr':'<i2' , } ",
        "\t{\n'shape'\r:\t(\n2\r,\t)\n,\r'fortran_order'\t:\nFalse\r,\t'descr'\n:\r'=i2'\t}\n\r\t",
    ])
    func readsAnyNotation(_ header: String) throws {
        #expect(try read(header, [1, 0, 2, 0]).elements == .int16([1, 2]))
    }

    @Test func readsBigEndian() throws {
        #expect(
            try read("{'descr': '>i4', 'fortran_order': False, 'shape': (1,)}", [0, 0, 1, 2]).elements == .int32([258]))
        #expect(
            try read("{'descr': '>f8', 'fortran_order': False, 'shape': (1,)}", [0xBF, 0xF8, 0, 0, 0, 0, 0, 0]).elements
                == .float64([-1.5]))
    }

    @Test func readsFortranOrder() throws {
        let array = try read("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2)}", Array(0..<12))
        var expected: [UInt8] = []
        for i in 0..<2 { for j in 0..<3 { for k in 0..<2 { expected.append(UInt8(i + 2 * j + 6 * k)) } } }
        #expect(array == NPYArray(shape: [2, 3, 2], elements: .uint8(expected)))
    }

    struct Flaw: CustomTestStringConvertible, Sendable {
        let header: String
        let message: String
        var testDescription: String { header }
    }

    @Test(arguments: [
        Flaw(header: "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", message: "Python objects"),
        Flaw(header: "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", message: "complex numbers"),
        Flaw(header: "{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", message: "not supported (\"<f16\")"),
        Flaw(header: "{'descr': '<U5', 'fortran_order': False, 'shape': (1,)}", message: "text"),
        Flaw(header: "{'descr': '|S5', 'fortran_order': False, 'shape': (1,)}", message: "text (\"|S5\")"),
        Flaw(header: "{'descr': '|a5', 'fortran_order': False, 'shape': (1,)}", message: "text"),
        Flaw(header: "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,)}", message: "dates or durations"),
        Flaw(header: "{'descr': '>m8', 'fortran_order': False, 'shape': (1,)}", message: "dates or durations"),
        Flaw(header: "{'descr': '|V4', 'fortran_order': False, 'shape': (1,)}", message: "are records"),
        Flaw(header: "{'descr': 'O', 'fortran_order': False, 'shape': (1,)}", message: "Python objects"),
        Flaw(header: "{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}", message: "not supported (\"|f4\")"),
        Flaw(header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1:)}", message: "')' is missing at byte 52"),
        Flaw(header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1/)}", message: "')' is missing at byte 52"),
        Flaw(
            header: "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
            message: "unexpected or repeated field \"descr\""),
        Flaw(
            header: "{'fortran_order': False, 'fortran_order': False, 'shape': (1,), 'descr': '<f4'}",
            message: "unexpected or repeated field \"fortran_order\""),
        Flaw(
            header: "{'shape': (1,), 'shape': (1,), 'fortran_order': False, 'descr': '<f4'}",
            message: "unexpected or repeated field \"shape\""),
        Flaw(header: "{'descr': '<f4", message: "a string is missing"),
        Flaw(header: "{'descr", message: "a string is missing"),
        Flaw(header: "{'descr': '<f4' 'shape': (1,)}", message: "'}' is missing"),
        Flaw(header: "{'descr': 'f4', 'fortran_order': False, 'shape': (1,)}", message: "not supported"),
        Flaw(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", message: "records"),
        Flaw(
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
            message: "takes 8 bytes, the file holds 4; it was cut short: 1 of 2 values are there"),
        Flaw(
            header: "{'descr': '<i2', 'fortran_order': False, 'shape': (1,)}",
            message: "takes 2 bytes, the file holds 4; it has something else"),
        Flaw(
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
            message: "beyond any memory; it holds 4 bytes"),
        Flaw(
            header: "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,)}",
            message: "beyond any memory"),
        Flaw(
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            message: "a dimension is missing"),
        Flaw(header: "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", message: "a dimension is missing"),
        Flaw(header: "{'descr': '<f4', 'fortran_order': False}", message: "lacks descr, fortran_order or shape"),
        Flaw(header: "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", message: "'False' is missing"),
        Flaw(
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
            message: "unexpected or repeated field \"x\""),
        Flaw(header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", message: "nothing more is missing"),
        Flaw(header: "__import__('os')", message: "'{' is missing"),
        Flaw(header: "", message: "'{' is missing"),
    ])
    func reports(_ flaw: Flaw) throws {
        let problem = try #require(message { _ = try read(flaw.header, [0, 0, 0, 0]) })
        #expect(problem.contains(flaw.message), "\(problem)")
    }

    @Test func reportsWhatIsNoArray() throws {
        #expect(
            message { _ = try withFile("a.npy", "1,2,3\n") { try NPYArray.read($0) } }?.contains(
                "this is no NumPy array") == true)
        #expect(message { _ = try read("", [], version: 4) }?.contains("version 4.0 is unknown") == true)
        #expect(message { _ = try read("", [], version: 0) }?.contains("version 0.0 is unknown") == true)
        let minor = NPYHeader.magic + [1, 1] + NPYArrayTests.file("", []).dropFirst(8)
        #expect(message { _ = try read(bytes: minor) }?.contains("version 1.1 is unknown") == true)
        for count in 0..<8 {
            let cut = Array((NPYHeader.magic + [1, 0]).prefix(count))
            #expect(message { _ = try read(bytes: cut) }?.contains("this is no NumPy array") == true)
        }
        let folder = try TemporaryFolder()
        let cut = try folder.file("a.npy", NPYHeader.magic + [1, 0, 200, 0, 1])
        #expect(
            message { _ = try NPYArray.read(cut) }?.contains("the header takes 200 bytes, the file has 11 in all")
                == true)
        _ = try folder.names
    }
}
