import Foundation

/// A program that runs beside the test, whose complaints are collected.
final class Launched: @unchecked Sendable {
    let process = Process()
    private let errors = Pipe()

    enum Status: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    /// - Parameter environment: Changes to this process's own.
    init(_ arguments: [String], _ environment: [String: String] = [:], program: URL = program) throws {
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        try process.run()
    }

    /// Waits for the end of the program.
    func outcome() -> (status: Status, errors: String) {
        let text = String(
            decoding: (try? errors.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let number = process.terminationStatus
        return (process.terminationReason == .exit ? .exit(number) : .signal(number), text)
    }

    /// The processes that the program has started and that still run.
    func workers() -> [pid_t] {
        let search = Process()
        search.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        search.arguments = ["pgrep", "-P", "\(process.processIdentifier)"]
        let output = Pipe()
        search.standardOutput = output
        guard (try? search.run()) != nil else { return [] }
        let text = String(decoding: (try? output.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        search.waitUntilExit()
        return text.split(separator: "\n").compactMap { pid_t($0) }
    }
}

#if os(Linux)
    let loopback = "lo"
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
    let loopback = "lo0"
    private let streamSocket = SOCK_STREAM
#endif

/// A port that nobody listened on a moment ago.
func freePort() -> Int {
    let descriptor = socket(AF_INET, streamSocket, 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            _ = bind(descriptor, pointer, length)
            _ = getsockname(descriptor, pointer, &length)
        }
        return Int(UInt16(bigEndian: $0.pointee.sin_port))
    }
}
