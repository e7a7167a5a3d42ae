import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// Saved output of `spike stream` in the commands that take files.
@Suite struct SavedStreamTests {
    private let program: Program

    init() throws {
        program = try Program()
        let lines = (0..<300).map { "\(sin(Double($0) / 9)),\(cos(Double($0) / 5) / 2)" }
        try Data(("a,b\n" + lines.joined(separator: "\n") + "\n").utf8)
            .write(to: program.folder.appending(path: "in.csv"))
    }

    /// The name of the file does not matter; `.bin` is also that of N-MNIST.
    @Test(arguments: [("csv", "s.csv"), ("jsonl", "s.jsonl"), ("binary", "s.bin"), ("binary", "s"), ("csv", "s.raw")])
    func areReadAsWhatTheyAre(_ format: String, _ name: String) throws {
        let outcome = try program.shell(
            """
            spike stream --codec delta --threshold 0.1 --sampling-rate 100 --output-format \(format) < in.csv > \(name)
            spike encode in.csv --codec delta --threshold 0.1 --sampling-rate 100 --output e.h5 > /dev/null 2>&1
            spike info \(name); spike info - < \(name)
            spike info \(name) --sampling-rate 100 > /dev/null
            spike decode \(name) --output a.npy > /dev/null; spike decode e.h5 --output b.npy > /dev/null; cmp a.npy b.npy
            spike convert \(name) c.h5 > /dev/null; spike decode c.h5 --output c.npy > /dev/null; cmp b.npy c.npy
            spike convert - d.csv < \(name) > /dev/null
            spike plot \(name) --output r.svg > /dev/null; spike plot e.h5 --title \(name) --output q.svg > /dev/null; cmp r.svg q.svg
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("\(name): 2 units × 300 steps, 100 steps per second, ") == true, "\(outcome)")
        #expect(lines.contains("codec: --codec delta --threshold 0.1"), "\(outcome)")
        #expect(lines.contains("recording: 2 channels (a, b)"), "\(outcome)")
        #expect(lines.count == 6 && Array(lines[4...5]) == Array(lines[1...2]), "\(outcome)")
    }

    @Test(arguments: [
        ("spike info cut.bin", "cut.bin: was cut short"), ("spike decode cut.bin --output x.npy", "was cut short"),
        ("spike info s.bin --sampling-rate 7", "its header says 100 steps per second; leave --sampling-rate out"),
        ("spike info s.bin --columns 1", "--columns does not go with spikes"),
        ("spike encode s.csv --codec delta --output x.h5", "is a table of spikes, not a recording"),
    ])
    func problemsAreOneLine(_ command: String, _ message: String) throws {
        let outcome = try program.shell(
            """
            spike stream --codec delta --threshold 0.1 --sampling-rate 100 --output-format binary < in.csv > s.bin
            spike stream --codec delta --threshold 0.1 --sampling-rate 100 < in.csv > s.csv
            head -c 999 s.bin > cut.bin; \(command)
            """)
        #expect(outcome.status != 0 && outcome.errors.contains(message), "\(outcome)")
        #expect(outcome.errors.hasPrefix("spike: ") && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    }

    /// Formats that standard input does not tell say why, and what to do.
    @Test(arguments: [
        ("printf '\\005\\003\\200\\000\\012' |", "N-MNIST (.bin), MATLAB 4 (.mat) and the signals of WFDB (.dat"),
        ("printf '# made\\n100 1 360 9\\n100.dat 212 200 11 1024 995 0 0 MLII\\n' |", "is the header of a WFDB record"),
        ("printf 'r/2 1 360 9\\nr1 5\\nr2 4\\n' |", "is the header of a WFDB record"),
    ])
    func standardInputThatIsNotRead(_ source: String, _ message: String) throws {
        for command in ["info -", "convert - out.npy", "plot - --output out.svg"] {
            let outcome = try program.shell("\(source) spike \(command)")
            #expect(outcome.status == 1 && outcome.errors.contains("standard input: is "), "\(outcome)")
            #expect(outcome.errors.contains(message) && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        }
    }

    @Test func tablesWithNamesAreNoHeaders() throws {
        let outcome = try program.shell("printf 'a 1\\n1 16\\n2 212\\n' | spike info -")
        #expect(!outcome.errors.contains("WFDB"), "\(outcome)")
    }
}
