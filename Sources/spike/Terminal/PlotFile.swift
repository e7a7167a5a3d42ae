import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeReports

/// The output file of a plot. SVG is written directly, PNG and PDF by a program that converts SVG, if there is one on
/// `PATH`.
struct PlotFile {
    static let extensions = ["svg", "png", "pdf"]

    let path: String
    private let converter: (program: String, arguments: [String])?

    /// Prepares the output of a plot.
    ///
    /// - Parameters:
    ///   - path: The path of the plot.
    ///   - inputs: The files that are read, which the plot must not replace.
    ///   - others: Further extensions that the caller accepts, to be named in the error if this one does not fit.
    /// - Throws: The error that would keep the file from being written, before anything is computed.
    init(_ path: String, inputs: [String?], others: [String] = []) throws {
        try requireOutput(path, extensions: others + Self.extensions, inputs: inputs)
        self.path = path
        let format = fileExtension(path)!
        guard format != "svg" else {
            converter = nil
            return
        }
        // Two pixels per unit of the plot, so that text is sharp.
        let scale = format == "png" ? "2" : "1"
        let found =
            Self.program("rsvg-convert").map { ($0, ["--format", format, "--zoom", scale]) }
            ?? Self.program("cairosvg").map { ($0, ["--format", format, "--scale", scale, "-"]) }
        guard let found else {
            throw CommandError(
                "\(path): PNG and PDF are converted from SVG by rsvg-convert, which is not on PATH; install it "
                    + "(apt-get install librsvg2-bin, or brew install librsvg), or write a .svg file")
        }
        converter = found
    }

    /// Writes the plot.
    ///
    /// - Throws: `CommandError` with the converter's own words if the converter fails.
    func write(_ plot: any Plot) throws {
        guard let converter else { return try AtomicFile.write(plot.svg, to: path) }
        // Files without names are used, so that neither program waits for the other and no file is left behind.
        let (image, errors) = (try Self.unnamedFile(), try Self.unnamedFile())
        let source = try Self.unnamedFile()
        do {
            try source.write(contentsOf: Data(plot.svg.utf8))
            try source.seek(toOffset: 0)
        } catch {
            throw CommandError(
                "\(path): the plot cannot be handed to \(converter.program), as there is no room for a temporary file; make "
                    + "some, or write a .svg file")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: converter.program)
        process.arguments = converter.arguments
        process.standardInput = source
        process.standardOutput = image
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw CommandError("\(path): \(converter.program) cannot be run; write a .svg file")
        }
        process.waitUntilExit()
        try image.seek(toOffset: 0)
        let bytes = try image.readToEnd() ?? Data()
        guard process.terminationReason == .exit && process.terminationStatus == 0 && !bytes.isEmpty else {
            try errors.seek(toOffset: 0)
            let words = String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
            let last = words.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
            throw CommandError("\(path): \(converter.program) could not convert the plot\(last)")
        }
        try AtomicFile.write(bytes, to: path)
    }

    /// The path of the first program of that name on `PATH`.
    private static func program(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }

    private static func unnamedFile() throws -> FileHandle {
        guard let file = tmpfile() else {
            throw CommandError("a temporary file cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        return FileHandle(fileDescriptor: dup(fileno(file)), closeOnDealloc: true)
    }
}
