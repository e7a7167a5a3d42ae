import ArrayFiles
import FileTestSupport
import Foundation
import Testing

@Suite(.serialized) struct TemporaryFilesTests {
    /// A folder whose path a process and the process that it starts agree upon.
    static func path(ofProcess process: pid_t) -> String {
        NSTemporaryDirectory() + "TemporaryFilesTests-\(process)"
    }

    private func namesAfter(_ body: () async throws -> Void) async throws -> [String] {
        let path = Self.path(ofProcess: getpid())
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body()
        return try FileManager.default.contentsOfDirectory(atPath: path)
    }

    /// Sends a signal to this process while it writes a file.
    private static func writeUntil(_ number: Int32) throws {
        precondition(TemporaryFiles.removeWhenSignalled())
        precondition(!TemporaryFiles.removeWhenSignalled())
        try AtomicFile.write(to: path(ofProcess: getppid()) + "/a") { temporary in
            precondition(FileManager.default.fileExists(atPath: temporary))
            kill(getpid(), number)
            sleep(30)
        }
    }

    @Test func signalsRemoveWhatIsBeingWritten() async throws {
        let names = try await namesAfter {
            await #expect(processExitsWith: .signal(SIGTERM)) { try Self.writeUntil(SIGTERM) }
            await #expect(processExitsWith: .signal(SIGHUP)) { try Self.writeUntil(SIGHUP) }
            await #expect(processExitsWith: .signal(SIGINT)) { try Self.writeUntil(SIGINT) }
        }
        #expect(names == [])
    }

    @Test func ignoredSignalsStayIgnored() async throws {
        let names = try await namesAfter {
            await #expect(processExitsWith: .success) {
                signal(SIGHUP, SIG_IGN)
                precondition(TemporaryFiles.removeWhenSignalled())
                try AtomicFile.write(to: Self.path(ofProcess: getppid()) + "/a") { _ in
                    kill(getpid(), SIGHUP)
                    usleep(300_000)
                }
            }
        }
        #expect(names == ["a"])
    }
}
