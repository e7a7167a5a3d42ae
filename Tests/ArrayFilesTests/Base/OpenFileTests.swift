import FileTestSupport
import Foundation
import Synchronization
import Testing

@testable import ArrayFiles

/// Descriptors, signals and bounds of reading and writing.
@Suite struct OpenFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The descriptors of this process that a file is open as.
    private func descriptors(of path: String) -> [Int32] {
        var (wanted, found) = (stat(), stat())
        guard stat(path, &wanted) == 0 else { return [] }
        return (0..<4096).filter {
            fstat($0, &found) == 0 && found.st_ino == wanted.st_ino && found.st_dev == wanted.st_dev
        }
    }

    /// Programs that are started meanwhile do not get the file, and the last reference closes it.
    @Test func filesAreClosedAndNotInherited() throws {
        func expectOne(_ path: String) {
            let open = descriptors(of: path)
            #expect(open.count == 1 && open.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 }, "\(path)")
        }
        let (input, output) = (try folder.file("input", "x"), try folder.file("output", "longer"))
        do {
            let files = (try InputFile(input), try OutputFile(output), try FolderLock(folder.path))
            [input, output, folder.file(".lock")].forEach(expectOne)
            withExtendedLifetime(files) {}
        }
        #expect(descriptors(of: input).isEmpty && descriptors(of: output).isEmpty)
        #expect(try folder.names == ["input", "output"] && folder.bytes("output") == [])
    }

    @Test func bytesInMemoryAreReadLikeAFile() throws {
        let file = InputFile("name", contents: [1, 2, 3, 4, 5])
        #expect(file.size == 5 && file.path == "name" && file.position == 0)
        #expect(try file.bytes(2) == [1, 2] && file.position == 2)
        #expect(try file.bytes(0) == [] && file.bytes(9) == [3, 4, 5] && file.bytes(1) == [] && file.position == 5)
        try file.seek(to: 4)
        #expect(try file.bytes(1) == [5])
        try file.seek(to: 0)
        #expect(try file.bytes(1) == [1])
        try file.seek(to: 7)
        #expect(try file.bytes(3) == [] && file.position == 7)
        #expect(throws: FileError.self) { try file.seek(to: -1) }
        let onDisk = try InputFile(folder.file("a", [1, 2, 3] as [UInt8]))
        try onDisk.seek(to: 0)
        #expect(try onDisk.bytes(2) == [1, 2] && onDisk.position == 2 && onDisk.bytes(2) == [3])
        #expect(onDisk.position == 3)
    }

    @Test func standardInputIsReadToItsEnd() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            for count in [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000] {
                let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
                let descriptor = open(try folder.file("a", content), O_RDONLY)
                for skipped in [0, min(3, count)] {
                    lseek(descriptor, off_t(skipped), SEEK_SET)
                    let file = InputFile("a", descriptor: try StandardInput.rereadable(descriptor), isShared: true)
                    precondition(file.size == count - skipped, "\(count) bytes")
                    let read = try file.bytes(count + 1)
                    precondition(read == Array(content[skipped...]), "\(count) bytes")
                }
                close(descriptor)
            }
        }
    }

    /// Each opening of standard input reads from its first byte, whatever another one has read.
    @Test func standardInputIsOpenedSeveralTimes() async {
        await #expect(processExitsWith: .success) {
            var ends: [Int32] = [0, 0]
            precondition(pipe(&ends) == 0 && write(ends[1], "abcdef", 6) == 6 && close(ends[1]) == 0)
            precondition(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO)
            let first = try StandardInput.file()
            let start = try first.bytes(2)
            let second = try StandardInput.file("-")
            let (all, rest) = (try second.bytes(9), try first.bytes(9))
            try second.seek(to: 4)
            let end = try second.bytes(9)
            precondition(start == Array("ab".utf8) && all == Array("abcdef".utf8))
            precondition(rest == Array("cdef".utf8) && end == Array("ef".utf8))
            precondition(first.size == 6 && first.path == "standard input")
            // Once the number 0 is free, the next file gets it.
            precondition(close(STDIN_FILENO) == 0)
            let again = try StandardInput.file().bytes(9)
            precondition(again == Array("abcdef".utf8))
        }
    }

    #if os(Linux)
        /// Nothing is at address 0 of a process.
        @Test func failuresOfReadingAreErrors() throws {
            let file = try InputFile("/proc/self/mem")
            #expect(throws: FileError.unreadable(path: "/proc/self/mem", reason: "input/output error")) {
                try file.bytes(1)
            }
        }

        @Test func aFullDiskIsAnError() throws {
            let file = try OutputFile("/dev/full")
            #expect(throws: FileError.unwritable(path: "/dev/full", reason: "the disk is full")) {
                try file.write([1, 2, 3] as [UInt8])
            }
        }
    #endif

    @Test func textIsWrittenThroughABuffer() throws {
        let path = try folder.file("a", "")
        let file = try OutputFile(path)
        var expected = ""
        for number in 0..<60_000 {
            let line = "line \(number)\n"
            expected += line
            try file.write(line)
        }
        try file.write([1, 2])
        try file.write(elements: [258, 772] as [UInt16])
        try file.write("end")
        try file.close()
        #expect(try folder.bytes("a") == Array(expected.utf8) + [1, 2, 2, 1, 4, 3] + Array("end".utf8))
    }

    /// Signals cut reads and writes short, or end them before a byte is moved. Nothing is lost.
    @Test(arguments: [true, false]) func interruptionsLoseNothing(disturbsWriter: Bool) async {
        if disturbsWriter {
            await #expect(processExitsWith: .success) { try passThroughAPipe(disturbing: .writer) }
        } else {
            await #expect(processExitsWith: .success) { try passThroughAPipe(disturbing: .reader) }
        }
    }

    @Test func theMachineHasItsMemory() {
        #expect(UInt64(physicalMemory) == ProcessInfo.processInfo.physicalMemory)
    }
}

private enum Side { case reader, writer }

/// Writes bytes to a pipe and reads them. The disturbed side moves them in one call, while it receives signals; the
/// other side is slow. Traps unless all bytes arrive.
private func passThroughAPipe(disturbing side: Side) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("pipe")
    precondition(mkfifo(path, 0o600) == 0)
    signal(SIGUSR1) { _ in }
    siginterrupt(SIGUSR1, 1)
    let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    let (disturbed, finished) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    nonisolated(unsafe) var target = pthread_self()
    let isOver = Atomic(false)
    let writer = Thread {
        guard let file = try? OutputFile(path) else { fatalError("the pipe does not open") }
        if side == .writer {
            target = pthread_self()
            disturbed.signal()
            do { try file.write(content) } catch { fatalError("\(error)") }
        } else {
            for start in stride(from: 0, to: content.count, by: 4000) {
                do { try file.write(Array(content[start..<start + 4000])) } catch { fatalError("\(error)") }
                usleep(300)
            }
        }
        // A thread must live as long as it is sent signals.
        withExtendedLifetime(file) {}
        if side == .writer { finished.wait() }
    }
    writer.stackSize = 1 << 20
    writer.start()
    let file = try InputFile(path)
    if side == .reader {
        target = pthread_self()
        disturbed.signal()
    }
    let disturber = Thread {
        disturbed.wait()
        while !isOver.load(ordering: .acquiring) {
            pthread_kill(target, SIGUSR1)
            usleep(200)
        }
        finished.signal()
        finished.signal()
    }
    disturber.start()
    var received: [UInt8] = []
    if side == .reader {
        received = try file.bytes(content.count)
    } else {
        while received.count < content.count {
            received += try file.bytes(4000)
            usleep(300)
        }
    }
    isOver.store(true, ordering: .releasing)
    finished.wait()
    precondition(received == content)
}
