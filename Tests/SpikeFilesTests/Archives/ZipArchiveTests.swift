import ArrayFiles
import FileTestSupport
import Testing

@testable import SpikeFiles

/// Archives whose records are laid out by hand from the specification.
@Suite struct ZipArchiveTests {
    private func little(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The CRC-32 of "123456789", the check value of the algorithm.
    private let content = Array("123456789".utf8)
    private let checksum = 0xCBF4_3926

    /// A stored file with an extra field in its own header, which differs from that of the directory.
    private func local(_ name: String = "a", extra: [UInt8] = [7, 7, 0, 0], size: Int = 9) -> [UInt8] {
        Array("PK\u{03}\u{04}".utf8) + little(0, 10) + little(checksum, 4) + little(size, 4) + little(size, 4)
            + little(name.utf8.count, 2) + little(extra.count, 2) + Array(name.utf8) + extra + content
    }

    private func entry(
        _ name: String = "a", method: Int = 0, start: Int = 0, packed: Int = 9, size: Int = 9, extra: [UInt8] = [],
        comment: [UInt8] = []
    ) -> [UInt8] {
        Array("PK\u{01}\u{02}".utf8) + little(0, 6) + little(method, 2) + little(0, 4) + little(checksum, 4)
            + little(packed, 4) + little(size, 4) + little(name.utf8.count, 2) + little(extra.count, 2)
            + little(comment.count, 2) + little(0, 8) + little(start, 4) + Array(name.utf8) + extra + comment
    }

    private func end(count: Int, position: Int, comment: [UInt8] = []) -> [UInt8] {
        Array("PK\u{05}\u{06}".utf8) + little(0, 4) + little(count, 2) + little(count, 2) + little(0, 4)
            + little(position, 4) + little(comment.count, 2) + comment
    }

    private func archive(_ bytes: [UInt8]) throws -> ZipArchive { try ZipArchive(InputFile("a.zip", contents: bytes)) }

    private func problem(_ bytes: [UInt8]) -> String {
        message {
            let archive = try archive(bytes)
            for entry in archive.entries { _ = try archive.contents(of: entry) }
        } ?? "read"
    }

    @Test func recordsAreAtTheirPlaces() throws {
        for comment in [[], Array(repeating: 1, count: 65_535)] as [[UInt8]] {
            let (first, second) = (local(), local("bc", extra: []))
            let directory =
                entry("a", extra: [9, 0, 2, 0, 5, 5], comment: [1, 2, 3]) + entry("bc", start: first.count)
            let bytes = first + second + directory
            let zip = try archive(bytes + end(count: 2, position: first.count + second.count, comment: comment))
            #expect(zip.entries.map(\.name) == ["a", "bc"] && zip.entries.map(\.size) == [9, 9])
            for entry in zip.entries { #expect(try zip.contents(of: entry) == content) }
        }
        #expect(try archive(end(count: 0, position: 0)).entries.isEmpty)
        let long =
            local() + entry() + end(count: 1, position: local().count, comment: Array(repeating: 1, count: 65_536))
        #expect(problem(long).contains("without its end; it was cut short"))
        #expect(problem(Array("PK\u{05}\u{07}".utf8)).contains("is no zip file"))
        #expect(problem(Array(end(count: 0, position: 0).dropLast())).contains("without its end"))
        // An end that begins at a later byte is no end.
        #expect(
            problem(local() + entry() + end(count: 1, position: local().count).dropLast()).contains("without its end"))
    }

    @Test func directoriesAreChecked() {
        let start = local()
        for (bytes, text) in [
            (start + entry() + end(count: 2, position: start.count), "its directory is damaged"),
            (start + entry() + end(count: 1, position: start.count + 1), "its directory is damaged"),
            (start + entry(packed: 1000) + end(count: 1, position: start.count), "take more bytes than it has"),
            (start + entry() + entry() + end(count: 2, position: start.count), "read"),
            (start + entry(size: 8) + end(count: 1, position: start.count), "its checksum is wrong"),
            (start + entry(packed: 8) + end(count: 1, position: start.count), "its checksum is wrong"),
            (start + entry(start: 1) + end(count: 1, position: start.count), "the header of \"a\" in it is damaged"),
            (
                start + entry(start: 1 << 30) + end(count: 1, position: start.count),
                "the header of \"a\" in it is damaged"
            ),
            (start + entry(method: 8) + end(count: 1, position: start.count), "\"a\" in it cannot be decompressed"),
            (start + entry(method: 1) + end(count: 1, position: start.count), "compressed by method 1; only deflate"),
            (start + entry(packed: 100) + end(count: 1, position: start.count), "\"a\" in it was cut short"),
        ] as [([UInt8], String)] {
            #expect(problem(bytes).contains(text), "\(problem(bytes))")
        }
        var changed = start + entry() + end(count: 1, position: start.count)
        changed[start.count - 1] ^= 1
        #expect(problem(changed).contains("its checksum is wrong"))
    }

    /// Sizes and places of 64 bits, in the order of those that do not fit.
    @Test func largeArchives() throws {
        let start = local()
        let all: [UInt8] = [1, 0] + little(24, 2) + little(9, 8) + little(9, 8) + little(0, 8)
        let place: [UInt8] = [8, 0, 1, 0, 4, 1, 0] + little(8, 2) + little(0, 8)
        for directory in [
            entry(start: 0xFFFF_FFFF, packed: 0xFFFF_FFFF, size: 0xFFFF_FFFF, extra: all),
            entry(start: 0xFFFF_FFFF, extra: place), entry(extra: [1, 0, 0, 0]),
        ] {
            let second =
                Array("PK\u{06}\u{06}".utf8) + little(44, 8) + little(0, 20) + little(1, 8) + little(directory.count, 8)
                + little(start.count, 8)
            let pointer =
                Array("PK\u{06}\u{07}".utf8) + little(0, 4) + little(start.count + directory.count, 8) + little(1, 4)
            for (count, position) in [(0xFFFF, 0xFFFF_FFFF), (1, 0xFFFF_FFFF), (0xFFFF, start.count)] {
                let bytes = start + directory + second + pointer + end(count: count, position: position)
                let zip = try archive(bytes)
                #expect(zip.entries.count == 1 && zip.entries[0].size == 9 && zip.entries[0].packedSize == 9)
                #expect(try zip.contents(of: zip.entries[0]) == content)
            }
            #expect(
                problem(start + directory + end(count: 0xFFFF, position: 0)).contains("without its second end record"))
        }
        // A field that is too short for its numbers.
        let short = entry(start: 0xFFFF_FFFF, extra: [1, 0, 7, 0] + little(0, 7))
        #expect(problem(start + short + end(count: 1, position: start.count)).contains("its directory is damaged"))
    }
}
