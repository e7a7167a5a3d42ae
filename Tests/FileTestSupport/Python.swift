import Foundation

/// A Python interpreter with packages, if this machine has one: `$SPIKEKIT_PYTHON`, else `python3`.
public enum Python {
    public static let hasNumPy = canImport("numpy")
    public static let hasH5py = canImport("numpy, h5py")
    public static let hasWFDB = canImport("wfdb")
    public static let hasPyEDFlib = canImport("pyedflib")
    public static let hasSciPy = canImport("scipy.io")
    public static let hasGymnasium = canImport("gymnasium")
    /// Whether it draws SVG, text included: CairoSVG, Cairo and a font are there.
    public static let hasCairoSVG =
        (try? run(
            """
            import cairosvg, io
            from PIL import Image
            text = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="15">A</text></svg>'
            drawn = Image.open(io.BytesIO(cairosvg.svg2png(bytestring=text.encode(), background_color='white')))
            assert min(drawn.convert('L').getdata()) < 128
            """))?.output != nil
    /// Whether there is any.
    public static let isThere = canImport("sys")

    public static let interpreter = ProcessInfo.processInfo.environment["SPIKEKIT_PYTHON"] ?? "python3"

    /// Runs a program; returns its standard output, or nil if it failed, and what it wrote to standard error.
    public static func run(_ program: String, _ arguments: [String] = []) throws -> (output: String?, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, "-c", program] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let problems = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : nil,
            String(decoding: problems, as: UTF8.self)
        )
    }

    /// Whether it has these modules, separated by commas.
    public static func has(_ modules: String) -> Bool { canImport(modules) }

    private static func canImport(_ modules: String) -> Bool {
        (try? run("import \(modules)"))?.output != nil
    }
}
