import ArrayFiles
import Testing

@testable import EventFiles

@Suite struct ByteStreamTests {
    @Test func theWindowMovesOverTheFile() throws {
        let chunk = ByteStream.chunkSize
        let bytes = (0..<(3 * chunk + 5)).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        var stream = try ByteStream(InputFile("a", contents: bytes))
        #expect(stream.count == 0 && stream.remaining == bytes.count && stream.position == 0)
        #expect(try stream.fill(1) >= 1)
        #expect(stream.prefix(4).elementsEqual(bytes[..<4]) && stream.remaining == bytes.count)
        stream.skip(3)
        #expect(stream.position == 3 && stream.remaining == bytes.count - 3)
        // A window that holds enough stays as it is.
        let count = stream.count
        #expect(try stream.fill(count) == count)
        #expect(try stream.fill(count + 1) > count)
        #expect(stream.withBytes { Array($0) } == Array(bytes[3..<3 + stream.count]))
        try stream.skip(far: stream.count)
        #expect(stream.count == 0)
        #expect(try stream.fill() > 0)
        #expect(stream.prefix(2).elementsEqual(bytes[stream.position..<stream.position + 2]))
        let place = 2 * chunk + 7
        try stream.skip(far: place - stream.position)
        #expect(stream.position == place && stream.remaining == bytes.count - place)
        #expect(try stream.fill(1 << 40) == bytes.count - place)
        #expect(stream.withBytes { Array($0) } == Array(bytes[place...]))
        try stream.skip(far: 6)
        #expect(stream.prefix(1 << 40).elementsEqual(bytes[(place + 6)...]))
        try stream.skip(far: stream.count)
        #expect(try stream.fill() == 0)
        #expect(stream.remaining == 0 && stream.prefix(5).isEmpty)
    }

    @Test func numbersHaveTheirOrder() {
        let bytes: [UInt8] = [1, 2, 3, 4, 0xFF]
        bytes.withUnsafeBytes { bytes in
            #expect(bytes.little(1, UInt16.self) == 0x0302 && bytes.big(1, UInt16.self) == 0x0203)
            #expect(bytes.little(1, Int32.self) == -0xFB_FCFE && bytes.big(4, Int8.self) == -1)
        }
    }

    @Test func buffersGrow() {
        let buffer = EventBuffer(capacity: 2)
        for start in [0, 2, 3] as [Int64] {
            let added = buffer.add(room: 2) { writer in
                for index in 0..<2 as Range<Int64> {
                    writer.append(start + index, UInt16(start + index), UInt16(7 * index), index == 1)
                }
                return writer.count
            }
            #expect(added == buffer.count)
        }
        #expect(buffer.count == 6 && buffer.capacity >= 6)
        #expect((0..<6).map { buffer.times[$0] } == [0, 1, 2, 3, 3, 4])
        #expect((0..<6).map { buffer.xs[$0] } == [0, 1, 2, 3, 3, 4])
        #expect((0..<6).map { buffer.ys[$0] } == [0, 7, 0, 7, 0, 7])
        #expect((0..<6).map { buffer.isOn[$0] } == [false, true, false, true, false, true])
    }
}
