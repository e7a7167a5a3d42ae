import ArrayFiles
import FileTestSupport
import Foundation
import Testing

@Suite struct InputFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func readsFromAnyPosition() throws {
        let file = try InputFile(folder.file("a", [1, 2, 3, 4, 5] as [UInt8]))
        #expect(file.size == 5)
        #expect(try file.bytes(2) == [1, 2] && file.bytes(0) == [] && file.bytes(9) == [3, 4, 5])
        #expect(try file.bytes(1) == [])
        try file.seek(to: 3)
        #expect(try file.bytes(1) == [4])
        #expect(throws: FileError.self) { try file.seek(to: -1) }
    }

    /// A pipe gives what is in it, so that a read takes several turns.
    @Test func readsAPipeToItsEnd() throws {
        let path = folder.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
        let writer = Thread {
            let descriptor = open(path, O_WRONLY)
            var start = 0
            while start < content.count {
                let end = min(start + 40_000, content.count)
                start += content[start..<end].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            }
            close(descriptor)
        }
        writer.start()
        let file = try InputFile(path)
        #expect(try file.bytes(100_000) == Array(content[..<100_000]))
        #expect(try file.bytes(300_000) == Array(content[100_000...]))
    }
}
