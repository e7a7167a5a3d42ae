import ArrayFiles
import FileTestSupport
import Foundation
import Testing

@Suite struct AtomicFileTests {
    private struct Failure: Error {}

    @Test func writesBytesDataAndText() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write([1, 2, 3], to: folder.file("bytes"))
        try AtomicFile.write(Data([4]), to: folder.file("data"))
        try AtomicFile.write("ü", to: folder.file("text"))
        #expect(try folder.bytes("bytes") == [1, 2, 3])
        #expect(try folder.bytes("data") == [4])
        #expect(try folder.bytes("text") == Array("ü".utf8))
        #expect(try folder.names == ["bytes", "data", "text"])
    }

    @Test func replacesAndKeepsPermissions() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", "old and longer")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try AtomicFile.write("new", to: path)
        #expect(try folder.bytes("a") == Array("new".utf8))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    }

    @Test func durableWritingReplacesAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", "old")
        try AtomicFile.write(to: path, durably: true) { temporary in
            let file = try OutputFile(temporary)
            try [1, 2, 3].withUnsafeBytes { try file.write(UnsafeRawBufferPointer(rebasing: $0.prefix(1))) }
            try file.write(UnsafeRawBufferPointer(start: nil, count: 0))
            try file.close()
        }
        #expect(try folder.bytes("a") == [1])
        #expect(try folder.names == ["a"])
        #expect(throws: FileError.unwritable(path: path, reason: "Failure()")) {
            try AtomicFile.write(to: path, durably: true) { _ in throw Failure() }
        }
        #expect(try folder.names == ["a"])
    }

    @Test func failureKeepsTheOldFileAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", "old")
        #expect(throws: FileError.self) {
            try AtomicFile.write(to: path) { temporary in
                try Data([1, 2]).write(to: URL(fileURLWithPath: temporary))
                throw Failure()
            }
        }
        #expect(try folder.bytes("a") == Array("old".utf8))
        #expect(try folder.names == ["a"])
    }

    @Test func replacesWhatASymbolicLinkPointsTo() throws {
        let folder = try TemporaryFolder()
        let target = try folder.file("target", "old")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: target)
        try AtomicFile.write("new", to: folder.file("link"))
        #expect(try folder.bytes("target") == Array("new".utf8))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == target)
    }

    @Test func refusesWhatIsNoFile() throws {
        let folder = try TemporaryFolder()
        #expect(message { try AtomicFile.write("x", to: folder.path) }?.contains("is a directory") == true)
        #expect(message { try AtomicFile.write("x", to: "/dev/null") }?.contains("not a regular file") == true)
        #expect(
            message { try AtomicFile.write("x", to: "") } == "the empty file name: cannot be written: it names no file")
        #expect(message { try AtomicFile.write("x", to: folder.file("a\0b")) }?.contains("NUL") == true)
        let missing = folder.file("missing/a.csv")
        #expect(
            message { try AtomicFile.write("x", to: missing) }
                == "\(missing): cannot be written: there is no folder \(folder.file("missing/")); create it first")
        #expect(try folder.names == [])
    }

    /// A regular file does not hold a folder, whoever writes.
    @Test func refusesAFileAsFolder() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", "old") + "/b"
        #expect(
            message { try AtomicFile.write("x", to: path) }?.contains("\(folder.file("a/")) is a file, or in one")
                == true)
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func refusesAReadOnlyFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", "old")
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        #expect(message { try AtomicFile.write("x", to: path) }?.contains("read-only") == true)
        #expect(try folder.bytes("a") == Array("old".utf8))
    }

    @Test func longNamesFit() throws {
        let folder = try TemporaryFolder()
        let name = String(repeating: "n", count: 250)
        try AtomicFile.write("x", to: folder.file(name))
        #expect(try folder.names == [name])
    }

    /// The name of the temporary file begins with up to 200 bytes of the name of the file.
    @Test(arguments: [1, 199, 200, 201, 240]) func temporaryFilesBearTheNameOfTheirFile(length: Int) throws {
        let folder = try TemporaryFolder()
        let name = String(String(repeating: "0123456789", count: 24).suffix(length))
        try AtomicFile.write(to: folder.file(name)) { temporary in
            let parts = try #require(temporary.split(separator: "/").last).split(separator: ".")
            #expect(parts.count == 3 && parts[0] == name.prefix(200) && parts[2] == "tmp")
            #expect(UInt32(parts[1], radix: 36) != nil)
            #expect(temporary.hasPrefix(folder.file(".")))
        }
        #expect(try folder.names == [name])
    }

    /// Of this file only, and nothing that a user may have named.
    @Test func whatKilledWritersLeftIsRemoved() throws {
        let folder = try TemporaryFolder()
        for name in [
            ".a.csv.1x2y3z.tmp", ".a.csv.0.tmp", ".b.csv.1x2y3z.tmp", ".a.csv.tmp", ".a.csv.mine!.tmp", "a.csv",
            ".a.csv.1x2y3z",
        ] {
            _ = try folder.file(name, "part")
        }
        AtomicFile.removeLeftovers(of: folder.file("a.csv"))
        let others = [".a.csv.1x2y3z", ".a.csv.mine!.tmp", ".a.csv.tmp", ".b.csv.1x2y3z.tmp", "a.csv"]
        #expect(try folder.names == others)
        AtomicFile.removeLeftovers(of: folder.file("missing/a.csv"))
    }
}
