import FileTestSupport
import Testing

@testable import ArrayFiles

@Suite struct NPYRecordsTests {
    private func records(_ description: String, _ data: [UInt8], shape: String = "(1,)") throws -> NPYRecords {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let header = "{'descr': \(description), 'fortran_order': False, 'shape': \(shape), }\n"
        return try NPYRecords(InputFile(folder.file("a.npy", NPYArrayTests.file(header, data))))
    }

    /// Fields follow each other. A field may have a title before its name, and bytes that only fill up have no name.
    @Test func fieldsHaveTheirPlaces() throws {
        let description = "[('t', '<i8'), (('the column', 'x'), '<u2'), ('', '|V6'), ('p', '|b1'), ]"
        let records = try records(description, Array(repeating: 0, count: 34), shape: "(2,)")
        #expect(records.fields.map(\.name) == ["t", "x", "", "p"])
        #expect(records.fields.map(\.type) == ["<i8", "<u2", "|V6", "|b1"])
        #expect(records.fields.map(\.offset) == [0, 8, 10, 16] && records.fields.map(\.size) == [8, 2, 6, 1])
        #expect(records.recordSize == 17 && records.count == 2)
        let header = "{'descr': \(description), 'fortran_order': False, 'shape': (2,), }\n"
        #expect(records.start == 10 + header.utf8.count)
    }

    @Test func widthsHaveBounds() throws {
        #expect(try records("[('a', '|V0'), ('b', '|u1')]", [7]).recordSize == 1)
        let wide = try records("[('a', '|V1000000')]", Array(repeating: 0, count: 1_000_000))
        #expect(wide.recordSize == 1_000_000 && wide.fields[0].size == 1_000_000)
        for flaw in ["[('a', '|V1000001')]", "[('a', '|O')]", "[('a', '<f4', (2,))]"] {
            #expect(message { _ = try records(flaw, [0]) }?.contains("\"a\" of its records is not one number") == true)
        }
    }

    @Test func lengthsMustFit() throws {
        let pair = "[('a', '<i2'), ('b', '|i1')]"
        #expect(try records(pair, Array(0..<6), shape: "(2,)").count == 2)
        #expect(try records(pair, [], shape: "(0,)").count == 0)
        let short = message { _ = try records(pair, Array(0..<5), shape: "(2,)") }
        #expect(
            short?.hasSuffix("2 records of 3 bytes do not take the 5 bytes that the file holds; it was cut short")
                == true)
        let long = message { _ = try records(pair, Array(0..<7), shape: "(2,)") }
        #expect(long?.hasSuffix("the 7 bytes that the file holds; it has something else behind the array") == true)
        let huge = message { _ = try records(pair, [], shape: "(\(Int.max),)") }
        #expect(huge?.hasSuffix("it was cut short") == true)
        for shape in ["()", "(1, 1)"] {
            let problem = message { _ = try records(pair, Array(0..<3), shape: shape) }
            #expect(problem?.contains("it is no list of records, but of shape") == true)
        }
        #expect(message { _ = try records("'<i2'", [0, 0]) }?.contains("it is no list of records") == true)
        #expect(message { _ = try records("[('', '|V0')]", [], shape: "(3,)") }?.contains("no list of records") == true)
    }

    /// Whatever the length of the header: it ends at a multiple of 64, with less than 64 blanks, and its version is 1
    /// unless it may be too long for 16 bits.
    @Test func headersAreReadAsTheyAreWritten() throws {
        let folder = try TemporaryFolder()
        for length in Array(1...70) + Array(65_400...65_480) {
            let name = String(repeating: "n", count: length)
            let bytes = NPYRecords.header(fields: [(name, "<i2"), ("b", "|u1")], count: 3)
            let text = "{'descr': [('\(name)', '<i2'), ('b', '|u1')], 'fortran_order': False, 'shape': (3,), }"
            let preamble = bytes[6] == 1 ? 10 : 12
            #expect(bytes[6] == (text.utf8.count <= 65_471 ? 1 : 2) && bytes[7] == 0, "\(length)")
            #expect(bytes.count % 64 == 0 && (1...64).contains(bytes.count - preamble - text.utf8.count), "\(length)")
            #expect(bytes[preamble...].starts(with: text.utf8) && bytes.last == 10, "\(length)")
            #expect(bytes.dropLast().dropFirst(preamble + text.utf8.count).allSatisfy { $0 == 32 }, "\(length)")
            let records = try NPYRecords(InputFile(folder.file("a.npy", bytes + Array(0..<9))))
            #expect(records.start == bytes.count && records.count == 3 && records.recordSize == 3, "\(length)")
            #expect(records.fields.map(\.name) == [name, "b"], "\(length)")
        }
    }

    /// By the first 256 bytes of the header.
    @Test func headersAreTold() {
        let start = NPYHeader.magic + [1, 0]
        let mark = Array("'descr': [".utf8)
        func blanks(_ count: Int) -> [UInt8] { Array(repeating: 32, count: count) }
        #expect(NPYRecords.isHeader(start + mark) && NPYRecords.isHeader(start + blanks(246) + mark))
        #expect(!NPYRecords.isHeader(start + blanks(247) + mark + blanks(300)))
        #expect(!NPYRecords.isHeader(start + Array("'descr': '<f4'".utf8)) && !NPYRecords.isHeader(mark))
        #expect(!NPYRecords.isHeader([1] + start + mark) && !NPYRecords.isHeader([]))
        #expect(NPYRecords.isHeader(start + mark + blanks(300)))
    }
}
