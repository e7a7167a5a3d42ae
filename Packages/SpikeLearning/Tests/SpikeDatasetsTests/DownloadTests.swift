import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite(.enabled(if: Python.isThere)) struct DownloadTests {
    private let served = try! TemporaryFolder()
    private let local = try! TemporaryFolder()
    private let server: FileServer
    private let content: [UInt8]

    init() throws {
        var random = SplitMix64(seed: 12)
        content = Made.bytes(300_000, &random)
        try served.file("a", content)
        server = try FileServer(served)
    }

    private func download(
        _ path: String, size: Int? = nil, sha256: String? = nil, attempts: Int = 1, timeout: Double = 30
    ) -> Download {
        var checksum = SHA256()
        checksum.update(content)
        let file = RemoteFile(
            server.address + path, size: size ?? content.count, sha256: sha256 ?? checksum.hexadecimal())
        return Download(file, to: local.file("data/a"), attempts: attempts, timeout: timeout)
    }

    private func isWhole() throws -> Bool {
        try local.bytes("data/a") == content && !FileManager.default.fileExists(atPath: local.file("data/a.part"))
    }

    @Test func fetchesAFileOnce() throws {
        let counts = Locked<[Int]>([])
        try download("/a").run { count in counts.withLock { $0.append(count) } }
        #expect(try isWhole())
        #expect(counts.withLock { $0.last == content.count && $0 == $0.sorted() })
        try download("/a").run()
        #expect(server.requests == ["/a -"])
    }

    @Test func goesOnFromWhereItWasInterrupted() throws {
        let first = message { try download("/cut/100000/a").run() }
        #expect(first?.contains("broke off after 100000 of 300000 bytes") == true, "\(first ?? "")")
        #expect(first?.contains("try again to go on") == true)
        #expect(try local.bytes("data/a.part") == Array(content.prefix(100_000)))
        try download("/a").run()
        #expect(try isWhole())
        #expect(server.requests == ["/cut/100000/a -", "/a bytes=100000-"])
    }

    @Test func takesABrokenTransferUpAgain() throws {
        try download("/cut/100000/a", attempts: 3).run()
        #expect(try isWhole())
        #expect(server.requests.map { $0.split(separator: " ")[1] } == ["-", "bytes=100000-", "bytes=200000-"])
    }

    @Test func waitsOnlySoLong() throws {
        let start = ContinuousClock.now
        let flaw = message { try download("/stall/1000/a", timeout: 1).run() }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(flaw?.contains("broke off after 1000 of 300000 bytes (nothing came for 1.0 seconds)") == true)
    }

    @Test func leavesAnotherProgramsTransferAlone() throws {
        let partial = try local.file("data/a.part", Array(content.prefix(1000)))
        let descriptor = open(partial, O_RDWR)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(message { try download("/a").run() }?.contains("another program is fetching it") == true)
        close(descriptor)
        try download("/a").run()
        #expect(try isWhole())
    }

    @Test func startsAnewWhereRangesAreUnknown() throws {
        try local.file("data/a.part", [1, 2, 3])
        try download("/plain/a").run()
        #expect(try isWhole())
        #expect(server.requests == ["/plain/a bytes=3-"])
    }

    @Test func refusesAnotherFile() throws {
        let wrong = String(repeating: "0", count: 64)
        let flaw = message { try download("/a", sha256: wrong).run() }
        #expect(flaw?.contains("its SHA-256 is") == true && flaw?.contains("not \(wrong)") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: local.file("data")).isEmpty, "nothing is left")
        // A beginning from elsewhere shows in the checksum.
        try local.file("data/a.part", [UInt8](repeating: 0, count: 1000))
        #expect(message { try download("/a").run() }?.contains("another file") == true)
        try local.file("data/a.part", [UInt8](repeating: 0, count: 300_001))
        #expect(message { try download("/a").run() }?.contains("300001 bytes, not 300000") == true)
        #expect(message { try download("/a", size: 1000).run() }?.contains("more than the 1000 bytes") == true)
        try download("/a").run()
        #expect(try isWhole())
    }

    /// Where no size is published, the server's word is taken for it.
    @Test func fetchesFilesOfUnknownSize() throws {
        var sum = MD5()
        sum.update(content)
        func download(_ path: String, _ checksum: RemoteFile.Checksum) -> Download {
            Download(
                RemoteFile(server.address + path, checksum: checksum), to: local.file("data/a"), attempts: 1,
                timeout: 30)
        }
        let right = RemoteFile.Checksum.md5(sum.hexadecimal())
        let cut = message { try download("/cut/100000/a", right).run() }
        #expect(cut?.contains("broke off after 100000") == true, "\(cut ?? "")")
        try download("/a", right).run()
        #expect(try isWhole())
        #expect(server.requests == ["/cut/100000/a -", "/a bytes=100000-"])

        // A transfer that was complete when the program ended before the file was named.
        try FileManager.default.moveItem(atPath: local.file("data/a"), toPath: local.file("data/a.part"))
        try download("/a", right).run()
        #expect(try isWhole())
        try FileManager.default.removeItem(atPath: local.file("data/a"))
        let wrong = message { try download("/a", .md5(String(repeating: "0", count: 32))).run() }
        #expect(wrong?.contains("its MD5 is \(sum.hexadecimal()), not 000") == true, "\(wrong ?? "")")
        #expect(message { try download("/a", .gzip).run() }?.contains("it is no complete gzip file") == true)
        let packed = try Made.gzipped(content, served)
        try served.file("b", packed)
        try served.file("c", packed.dropLast(1).map(\.self))
        #expect(message { try download("/c", .gzip).run() }?.contains("it is no complete gzip file") == true)
        try download("/b", .gzip).run()
        #expect(try local.bytes("data/a") == packed)
    }

    @Test func saysWhatTheServerSays() throws {
        #expect(message { try download("/none").run() }?.contains("answers 404, not found") == true)
        #expect(message { try download("/status/503").run() }?.contains("answers 503, try later") == true)
        try local.file("data/a.part", Array(content.prefix(10)))
        #expect(message { try download("/shifted/a").run() }?.contains("cannot continue the file") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: local.file("data")).isEmpty)
        let file = RemoteFile("http://127.0.0.1:9/a", size: 1, sha256: "")
        let unreachable = message { try Download(file, to: local.file("b")).run() }
        #expect(unreachable?.contains("cannot be reached") == true)
        #expect(unreachable?.contains("or bring it to \(local.file("b")) yourself") == true)
        let odd = RemoteFile("file:///etc/hostname", size: 1, sha256: "")
        #expect(message { try Download(odd, to: local.file("b")).run() }?.contains("not a web address") == true)
    }

    @Test func takesAMirrorWhereTheSourceCannotBeReached() throws {
        var checksum = SHA256()
        checksum.update(content)
        let sum = checksum.hexadecimal()
        func file(_ mirrors: [String]) -> RemoteFile {
            RemoteFile(
                "\(server.address)/none", mirrors: mirrors.map { server.address + $0 }, size: content.count,
                sha256: sum)
        }
        try Download(file(["/status/503", "/cut/100000/a", "/a"]), to: local.file("data/a"), attempts: 1).run()
        #expect(try isWhole())
        // The last one goes on with what the one before has sent.
        #expect(server.requests.last == "/a bytes=100000-")
        let flaw = message { try Download(file(["/status/503"]), to: local.file("b")).run() }
        #expect(flaw?.contains("/none") == true && flaw?.contains("answers 404, not found") == true, "\(flaw ?? "")")
    }

    @Test func fillsTheCacheAndReads() throws {
        let contents = [
            Made.idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), Made.idx([2], [1, 0]), Made.idx([1, 2, 2], [1, 2, 3, 4]),
            Made.idx([1], [9]),
        ]
        var files: [RemoteFile] = []
        for (name, bytes) in zip(MNISTFiles.names, contents) {
            let packed = try Made.gzipped(bytes, served)
            try served.file("\(name).gz", packed)
            var checksum = SHA256()
            checksum.update(packed)
            files.append(RemoteFile("\(server.address)/\(name).gz", size: packed.count, sha256: checksum.hexadecimal()))
        }
        let finder = DatasetFinder(environment: ["XDG_CACHE_HOME": local.path])
        #expect(try finder.locate(.mnist) == nil)
        let location = try finder.download(.mnist, files: files)
        #expect(location.path == local.file("spikekit/data/mnist"))
        #expect(try finder.locate(.mnist) == location)
        #expect(try location.read().test.classIndices == [9])
        _ = try finder.download(.mnist, files: files)
        #expect(server.requests.count == 4)
    }
}
