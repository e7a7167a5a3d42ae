import FileTestSupport
import Foundation
import SpikeFiles
import Testing

/// A program that is ended leaves no temporary file, and what stood under its output's name.
@Suite(.serialized) struct SignalTests {
    let program: Program

    init() throws {
        program = try Program()
        // Dense enough that writing its events as text takes a while.
        var generator = SplitMix64(seed: 5)
        let values = (0..<4_000_000).map { _ in 2 * Int8.random(in: -1...1, using: &generator) }
        try NPYArray(shape: [4, 1_000_000], elements: .int8(values)).write(to: program.path("in.npy"))
        try Data("old".utf8).write(to: program.folder.appending(path: "spikes.csv"))
    }

    private func temporaries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: program.folder.path).filter { $0.hasSuffix(".tmp") }
    }

    private func waitForTemporary() throws -> Bool {
        for _ in 0..<60_000 {
            if try !temporaries().isEmpty { return true }
            usleep(500)
        }
        return false
    }

    private static let command = "encode in.npy --codec delta --threshold 0.5 --output spikes.csv"

    @Test(arguments: [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU]) func nothingIsLeft(_ number: Int32) throws {
        // A test run in a shell's background ignores some, and its children would, too.
        signal(number, SIG_DFL)
        let process = try program.start(Self.command)
        #expect(try waitForTemporary())
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
        #expect(try temporaries() == [])
        #expect(try program.text("spikes.csv") == "old")
    }

    @Test func whatIsIgnoredStaysIgnored() throws {
        let process = try program.start(shell: "trap '' HUP; exec spike \(Self.command)")
        #expect(try waitForTemporary())
        kill(process.processIdentifier, SIGHUP)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(try program.text(".out").contains("4 units × 1000000 steps"))
        #expect(try temporaries() == [])
    }

    /// In blocks of 512 bytes.
    @Test(arguments: [
        "spikes.csv", "spikes.npy", "spikes.h5", "frames.h5 --layout frames", "events.h5 --layout events",
    ])
    func aLimitOnFileSizesIsOneLine(_ output: String) throws {
        let name = String(output.prefix { $0 != " " })
        try Data("old".utf8).write(to: program.folder.appending(path: name))
        for limit in [0, 1, 100] {
            // What the program says goes through a pipe, as it may not write a file of that size either.
            let outcome = try program.shell(
                "(ulimit -f \(limit); spike encode in.npy --codec delta --threshold 0.5 --output \(output); echo $?) 2>&1 | cat"
            )
            // Beside how the recording was understood.
            let said = outcome.output.split(separator: "\n").filter { !$0.hasPrefix("in.npy: 4 channels") }
            #expect(said == ["spike: \(name): cannot be written: file too large", "1"], "\(outcome.output)")
            #expect(try temporaries() == [])
            #expect(try program.text(name) == "old")
        }
    }

    @Test func aLimitOnWhatIsPrintedIsOneLine() throws {
        let outcome = try program.shell(
            """
            (ulimit -f 0; spike gym encode --env CartPole-v1 > out; echo $?) 2>&1 | cat
            """)
        #expect(
            outcome.output
                == "spike: what was printed could not all be written to standard output: file too large\n1\n")
    }
}
