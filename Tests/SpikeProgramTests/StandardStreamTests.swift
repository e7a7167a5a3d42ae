import Foundation
import Testing

/// What is printed arrives, or the exit is not 0: on a full disk, into a pipe that nobody reads, when closed.
@Suite struct StandardStreamTests {
    static let commands = [
        "--help", "--version", "help tune", "tune in.csv --codec lif --evaluations 20 --json",
        "tune in.csv --codec lif --evaluations 20", "compare in.csv --evaluations 20 --json",
        "compare in.csv --evaluations 20", "encode in.csv --codec step-forward --output s.npy",
        "plot in.csv --output p.svg",
        "gym encode --env CartPole-v1 --observations 200",
    ]

    private func program() throws -> Program {
        let program = try Program()
        try program.writeRecording("in.csv")
        return program
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: commands)
    func aFullDiskIsAnError(_ command: String) throws {
        let outcome = try program().shell("spike \(command) > /dev/full")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.hasPrefix("spike: what was printed could not all be written to standard output"),
            "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: commands) func aClosedOutputIsAnError(_ command: String) throws {
        let outcome = try program().shell("spike \(command) >&-")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("could not all be written to standard output"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    /// Where nobody reads on, programs end by SIGPIPE, which a shell shows as 128 + 13, and say nothing.
    @Test(arguments: commands, ["", "trap '' PIPE; "])
    func aClosedPipeEndsQuietly(_ command: String, _ trap: String) throws {
        // The reader is gone before the program starts.
        let outcome = try program().shell(
            """
            mkfifo pipe done; (exec 3<pipe; exec 3<&-; : >done) & exec 4>pipe; : <done
            (\(trap)spike \(command) >&4); echo $? >&2
            """)
        #expect(outcome.errors.hasSuffix("141\n"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("spike:"), "\(outcome.errors)")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: ["2>/dev/full", "2>&-"])
    func complaintsThatCannotBeWrittenAreNoTrap(_ stream: String) throws {
        #expect(try program().shell("spike tune in.csv --codec nothing \(stream)").status == 64)
        #expect(try program().shell("spike encode nowhere.csv --codec lif --output s.npy \(stream)").status == 1)
    }

    /// A file that is written must not take the number of a closed stream and be printed into.
    @Test func closedStreamsLeaveFilesAlone() throws {
        let program = try program()
        for name in ["s.h5", "s.npy", "s.csv"] {
            #expect(try program.shell("spike encode in.csv --codec lif --output open-\(name)").status == 0)
            _ = try program.shell("spike encode in.csv --codec lif --output \(name) <&- >&- 2>&-")
            #expect(
                try Data(contentsOf: program.folder.appending(path: name))
                    == Data(contentsOf: program.folder.appending(path: "open-\(name)")))
        }
    }
}
