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
                #expect(
                    message { _ = try FolderLock(folder.path) }
                        == "\(folder.path): is in use by process \(getpid()); wait until that has finished, or choose "
                        + "another folder")
            }
        }
        #expect(try folder.names.isEmpty)
        #expect(message { _ = try FolderLock(folder.path) } == nil)
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
