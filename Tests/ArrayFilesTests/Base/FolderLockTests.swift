import ArrayFiles
import FileTestSupport
import Foundation
import Testing

@Suite struct FolderLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func oneAtATimeHoldsIt() throws {
        do {
            let lock = try FolderLock(folder.path)
            defer { withExtendedLifetime(lock) {} }
            #expect(try String(decoding: folder.bytes(".lock"), as: UTF8.self).hasPrefix("\(getpid()) "))
            for _ in 0..<2 {
                let refusal = message { _ = try FolderLock(folder.path) }
                #expect(refusal?.hasPrefix("\(folder.path): is in use by process \(getpid());") == true)
            }
        }
        #expect(try folder.names.isEmpty)
        #expect(message { _ = try FolderLock(folder.path) } == nil)
    }

    @Test func theFileNamesTheMachine() throws {
        var name = [CChar](repeating: 0, count: 256)
        #expect(gethostname(&name, 255) == 0)
        let lock = try FolderLock(folder.path)
        let machine = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        #expect(try folder.bytes(".lock") == Array("\(getpid()) \(machine)\n".utf8))
        withExtendedLifetime(lock) {}
    }

    /// A lock whose folder was moved leaves the file of another lock in the old place.
    @Test func aMovedFoldersLockLeavesTheNextOneAlone() throws {
        let (old, moved) = (folder.file("run"), folder.file("moved"))
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: false)
        var first: FolderLock? = try FolderLock(old)
        try FileManager.default.moveItem(atPath: old, toPath: moved)
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: false)
        let second = try FolderLock(old)
        withExtendedLifetime(first) {}
        first = nil
        #expect(FileManager.default.fileExists(atPath: old + "/.lock"))
        #expect(message { _ = try FolderLock(old) } != nil)
        withExtendedLifetime(second) {}
    }

    /// What a killed process leaves is no lock.
    @Test func aFileAloneIsNoLock() throws {
        for text in ["99999999 elsewhere\n", "", String(repeating: "x", count: 1000)] {
            _ = try folder.file(".lock", text)
            let lock = try FolderLock(folder.path)
            #expect(try folder.bytes(".lock").starts(with: Array("\(getpid()) ".utf8)))
            withExtendedLifetime(lock) {}
        }
    }

    @Test(
        .enabled(if: Python.isThere),
        arguments: [
            ("4711 elsewhere", "process 4711 on elsewhere"), ("", "another process"), ("x y", "another process"),
        ]) func anotherProgramsLockNamesItsProcess(text: String, holder: String) throws
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            Python.interpreter, "-c",
            """
            import fcntl, sys
            file = open(sys.argv[1], "w")
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(sys.argv[2])
            file.flush()
            print("held", end="", flush=True)
            sys.stdin.read()
            """, folder.file(".lock"), text,
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.availableData == Data("held".utf8))
        #expect(message { _ = try FolderLock(folder.path) }?.contains("is in use by \(holder); wait") == true)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(message { _ = try FolderLock(folder.path) } == nil)
        withExtendedLifetime(input) {}
    }

    @Test func aFolderThatCannotBeWrittenIsOneLine() throws {
        #expect(
            message { _ = try FolderLock(folder.file("nowhere")) }
                == "\(folder.file("nowhere/.lock")): cannot be written: there is no such file or directory")
        let file = try folder.file("file", "")
        #expect(message { _ = try FolderLock(file) }?.contains("cannot be written: not a directory") == true)
    }
}
