import FileTestSupport
import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// `spike stream` and `spike decode -`.
@Suite struct StreamTests {
    private let program: Program

    init() throws {
        program = try Program()
        let lines = (0..<500).map { "\(sin(Double($0) / 9)),\(cos(Double($0) / 5) / 2)" }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: program.folder.appending(path: "in.csv"))
    }

    private static let codecs: [String] = {
        let options = [
            "step-forward": "--threshold 0.1", "delta": "--threshold 0.1", "level-crossing": "--threshold 0.1",
            "rate-step-forward": "--threshold 0.1", "lif": "--minimum -1 --maximum 1 --threshold 0.3",
            "pwm": "--minimum -1 --maximum 1 --frequency 30", "bsa": "--minimum -1,-0.5 --maximum 1,0.5",
            "rate": "--minimum -1 --maximum 1 --steps 5 --conversion poisson --seed 3",
            "receptive-fields": "--minimum -1 --maximum 1 --steps 4 --bins 3 --conversion deterministic",
        ]
        return Codec.names.map { "\($0) \(options[$0] ?? "")" }
    }()

    /// The lines of events of `encode`, and of `stream` in chunks of a few bytes, are the same.
    @Test(arguments: codecs, ["", "--sampling-rate 100"])
    func equalToEncode(_ codec: String, _ rate: String) throws {
        let whole = try program.shell("spike encode in.csv --codec \(codec) \(rate) --output whole.csv")
        #expect(whole.status == 0, "\(whole.errors)")
        // Events are read with the rate of steps.
        let steps = codec.hasPrefix("rate ") ? 5 : codec.hasPrefix("receptive") ? 4 : 1
        let outcome = try program.shell(
            """
            (head -c 1234 in.csv; sleep 0.1; tail -c +1235 in.csv) | spike stream --codec \(codec) \(rate) > s.csv
            cat s.csv | spike decode - > decoded.csv
            spike encode in.csv --codec \(codec) \(rate) --output whole.h5 >&2
            spike decode whole.h5 --output whole-decoded.npy >&2
            spike info s.csv \(rate.isEmpty ? "" : "--sampling-rate \(100 * steps)")
            """)
        #expect(outcome.status == 0 && outcome.output.contains("s.csv: "), "\(outcome)")
        let lines = try program.text("s.csv").split(separator: "\n")
        #expect(lines.filter { !$0.hasPrefix("#") } == (try program.text("whole.csv").split(separator: "\n")))
        let decoded = try RecordingFile.read(program.path("decoded.csv"))
        let expected = try RecordingFile.read(program.path("whole-decoded.npy"))
        // Observations are rows in NPY.
        let isTurned = expected.channelCount == 500
        #expect(decoded.sampleCount == 500 && decoded.channelCount == 2)
        for channel in 0..<2 {
            for sample in 0..<500 {
                #expect(decoded[channel, sample] == (isTurned ? expected[sample, channel] : expected[channel, sample]))
            }
        }
    }

    /// A pipe that never waits takes as much of a chunk as it has room for.
    @Test(.enabled(if: Python.isThere)) func pipesThatDoNotWaitGetEverything() throws {
        let pipe = """
            import os, subprocess, sys
            reading, writing = os.pipe()
            os.set_blocking(writing, False)
            program = subprocess.Popen(sys.argv[1:], stdout=writing)
            os.close(writing)
            while part := os.read(reading, 10_000):
                sys.stdout.buffer.write(part)
            sys.exit(program.wait())
            """
        try Data(pipe.utf8).write(to: program.folder.appending(path: "pipe.py"))
        try Data(String(repeating: "1\n-1\n", count: 10_000).utf8).write(to: program.folder.appending(path: "long.csv"))
        let outcome = try program.shell(
            """
            spike stream --codec delta --threshold 0.1 < long.csv > a
            \(Python.interpreter) pipe.py spike stream --codec delta --threshold 0.1 < long.csv > b && cmp a b && wc -c < a
            """)
        #expect(outcome.status == 0, "\(outcome)")
        // A pipe has room for 64 KiB.
        #expect(Int(outcome.output.filter(\.isNumber)) ?? 0 > 1 << 17)
    }

    @Test(arguments: ["jsonl", "binary"]) func otherFormats(_ format: String) throws {
        let outcome = try program.shell(
            """
            spike stream --codec delta --threshold 0.1 --output-format \(format) --marks < in.csv > s
            spike stream --codec delta --threshold 0.1 < in.csv | spike decode - --output-format f32 > a
            spike decode - --output-format f32 < s > b; cmp a b
            """)
        #expect(outcome.status == 0, "\(outcome)")
        if format == "jsonl" {
            let lines = try program.text("s").split(separator: "\n")
            #expect(lines.last == "{\"steps\":500}")
            for line in lines {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            }
        }
    }

    @Test func rawSamples() throws {
        let values = (0..<1000).map { Int16(1000 * sin(Double($0) / 20)) }
        try Data(values.flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } })
            .write(to: program.folder.appending(path: "in.raw"))
        let text = values.map { "\($0)\n" }.joined()
        try Data(text.utf8).write(to: program.folder.appending(path: "raw.csv"))
        let outcome = try program.shell(
            """
            spike stream --input i16 --codec step-forward --threshold 30 --sampling-rate 16000 < in.raw > a
            spike stream --codec step-forward --threshold 30 --sampling-rate 16000 < raw.csv > b; cmp a b
            spike decode - --output-format i16 < a | spike stream --input i16 --codec delta --threshold 30 > c
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(try program.text("a").split(separator: "\n").count > 50)
    }

    /// At 1 MHz, times since 1970 are rounded to a quarter of a step; at 10 MHz they do not tell steps apart.
    @Test func streamsThatStartFarFromZero() throws {
        let options = "--codec delta --threshold 0.1 --start-time 1764339000.123"
        let outcome = try program.shell(
            """
            spike stream \(options) --sampling-rate 1000000 < in.csv > s.csv
            spike decode - < s.csv > a.csv; spike stream --codec delta --threshold 0.1 < in.csv | spike decode - > b.csv
            cmp a.csv b.csv
            """)
        #expect(outcome.status == 0, "\(outcome)")
        let refused = try program.shell("spike stream \(options) --sampling-rate 10000000 < in.csv")
        #expect(refused.status != 0 && refused.errors.contains("does not tell the steps"), "\(refused)")
    }

    /// Values of pulse-width modulation wait for the next spike; a damaged number of steps does not fill the memory.
    @Test func damagedMarksAreRefused() throws {
        let outcome = try program.shell(
            """
            printf '0\\n1\\n' | spike stream --codec pwm --minimum 0 --maximum 1 | sed 's/"steps":2/"steps":60000000000/' \
              | spike decode - > /dev/null
            """)
        #expect(outcome.status == 1 && outcome.errors.contains("no spike in more than 67108864 steps"), "\(outcome)")
    }

    @Test func columnsOfTimesAreWarnedOf() throws {
        let outcome = try program.shell(
            "printf 'time,a\\n0,1\\n1,2\\n' | spike stream --codec delta --threshold 0.1 > /dev/null")
        #expect(outcome.status == 0 && outcome.errors.contains("column 1, \"time\", looks like times"), "\(outcome)")
    }

    /// Events of a chunk are there before the next chunk is sent.
    @Test func eachChunkIsFlushed() throws {
        let outcome = try program.shell(
            """
            mkfifo in out
            spike stream --codec delta --threshold 0.5 < in > out &
            exec 3> in 4< out
            read header <&4 & printf '0\\n1\\n' >&3; wait $! ; read names <&4; read first <&4
            printf '1\\n0\\n' >&3; read second <&4
            exec 3>&-; read last <&4
            echo "$names|$first|$second|$last"
            """)
        #expect(outcome.output == "step,channel,polarity|1,0,1|3,0,-1|# {\"steps\":4}\n", "\(outcome)")
    }

    @Test(arguments: ["INT", "TERM"]) func signalsEndCleanly(_ signal: String) throws {
        let outcome = try program.shell(
            """
            mkfifo in; (sleep 100 > in) & feeder=$!
            (trap - INT; exec spike stream --codec delta --threshold 0.1 < in > s.csv) & reader=$!
            cat in.csv > in; sleep 1; kill -\(signal) $reader; wait $reader; status=$?
            kill $feeder; spike decode - < s.csv | wc -l; tail -n 1 s.csv; exit $status
            """)
        #expect(outcome.status == (signal == "INT" ? 130 : 143), "\(outcome)")
        #expect(outcome.output.contains("# {\"steps\":500}"), "\(outcome)")
        #expect(outcome.output.contains("500\n") && !outcome.errors.contains("spike:"), "\(outcome)")
    }

    @Test func aGrowingFileIsFollowed() throws {
        let outcome = try program.shell(
            """
            head -n 100 in.csv > growing.csv
            spike stream --follow growing.csv --codec delta --threshold 0.1 > s.csv & reader=$!
            sleep 0.5; tail -n +101 in.csv >> growing.csv; sleep 1; kill -TERM $reader; wait $reader; status=$?
            tail -n 1 s.csv; spike stream --codec delta --threshold 0.1 < in.csv | cmp - s.csv && exit $status
            """)
        #expect(outcome.status == 143 && outcome.output == "# {\"steps\":500}\n", "\(outcome)")
    }

    /// A reader that is slow, or does not block, gets every event.
    @Test func slowReadersLoseNothing() throws {
        let outcome = try program.shell(
            """
            yes "$(cat in.csv)" | head -n 60000 > long.csv
            spike stream --codec delta --threshold 0.01 < long.csv > fast
            spike stream --codec delta --threshold 0.01 < long.csv | (sleep 1; cat) | cmp - fast
            """)
        #expect(outcome.status == 0, "\(outcome)")
    }

    /// Also where nothing is left to write, as the signal does not change.
    @Test func aReaderThatEndedIsNoticed() throws {
        let outcome = try program.shell(
            """
            yes 1.5 | (timeout 20 spike stream --codec delta --threshold 1; echo $? >&2) | head -n 1
            """)
        #expect(outcome.errors == "141\n", "\(outcome)")
    }

    @Test func aClosedPipeEndsQuietly() throws {
        let outcome = try program.shell(
            """
            yes 1,2 | head -n 100 > x.csv
            ((while :; do cat in.csv || exit; done) | (spike stream --codec delta --threshold 0.01; echo $? >&2)) | head -n 3
            """)
        #expect(outcome.output.split(separator: "\n").count == 3)
        #expect(outcome.errors.contains("141") && !outcome.errors.contains("spike:"), "\(outcome)")
    }

    @Test(arguments: [
        ("printf '1\\nx\\n' | spike stream --codec delta", "standard input, line 2: \"x\" is not made of numbers"),
        ("printf '1\\nnan\\n' | spike stream --codec delta", "standard input, line 2: channel 0 is nan"),
        ("printf '' | spike stream --codec delta", "standard input holds no samples"),
        (
            "printf 'a,b\\n' | spike stream --codec delta --threshold 1",
            "standard input: no sample was found in 4 bytes; a sample is a line of numbers"
        ),
        ("printf 'abc' | spike stream --codec delta --input f32", "standard input: ends within sample 0: 3 of 4 bytes"),
        ("printf '1\\n' | spike stream --codec lif", "lif scales by the range of each channel"),
        ("printf '1\\n' | spike stream --codec rate-step-forward", "give --threshold"),
        ("printf '1\\n' | spike stream --codec receptive-fields", "needs --minimum and --maximum"),
        ("printf '1\\n' | spike stream --codec lif --minimum 1,2,3 --maximum 5", "3 values for 1 channel"),
        ("printf '1\\n' | spike stream --codec delta --offset 1,2", "2 values for 1 channel"),
        ("printf '1\\n' | spike stream --codec delta > /dev/full", "could not all be written to standard output"),
        ("spike stream --codec delta --follow nowhere.csv", "nowhere.csv: cannot be read"),
        (
            "printf '1\\n2\\n' | spike stream --codec delta --threshold 0.1 | head -n 3 | spike decode -",
            "was cut short"
        ),
        ("printf 'x' | spike decode -", "is no stream of events"),
        ("printf '' | spike decode -", "ends before the header"),
        ("printf '# {}\\n' | spike decode -", "standard input, header of a stream: format is missing"),
        ("printf '{\"format\":1}\\n' | spike decode -", "header of a stream: format is of another type"),
        ("printf '# x\\n' | spike decode -", "header of a stream: it is not valid JSON"),
        (
            "printf '1\\n2\\n1e30\\n' | spike stream --codec rate-step-forward --threshold 1e-20",
            "channel 0, sample 2 has a spike of an amplitude beyond what Float32 holds"
        ),
    ])
    func problemsAreOneLine(_ command: String, _ message: String) throws {
        let outcome = try program.shell(command)
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.hasPrefix("spike: ") && outcome.errors.contains(message), "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    }

    @Test(arguments: [
        "stream --codec delta --channels 0", "stream --codec delta --input i16 --columns 1",
        "stream --codec delta --start-time 3", "stream --codec delta --seed 1", "stream --codec delta --input i17",
        "decode - --output x.csv", "decode s.h5", "decode s.h5 --output x.csv --output-format csv",
        "decode - --initial-value 1",
    ])
    func usage(_ arguments: String) throws {
        let outcome = try program.run(arguments)
        #expect(outcome.status == 64 && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    }

    @Test func badSamplesCanBeLeftOut() throws {
        let outcome = try program.shell("printf '0\\nx\\n1\\nnan\\n0\\n' | spike stream --codec delta --on-bad skip")
        #expect(outcome.status == 0 && outcome.output.hasSuffix("1,0,1\n2,0,-1\n# {\"steps\":3}\n"), "\(outcome)")
        #expect(
            outcome.errors.split(separator: "\n") == [
                "spike: warning: standard input, line 2: \"x\" is not made of numbers; such samples are left out",
                "spike: warning: standard input: left out: 2 samples that could not be used",
            ], "\(outcome)")
    }

    /// Whatever ends a stream, its events end with a mark, so that what was encoded can be decoded.
    @Test(arguments: ["csv", "jsonl", "binary"]) func streamsThatFailEndWithAMark(_ format: String) throws {
        let outcome = try program.shell(
            """
            printf '1\\n2\\n1e30\\n' | spike stream --codec rate-step-forward --threshold 1e-20 --output-format \(format) > s
            echo $?; spike decode - < s
            """)
        #expect(outcome.status == 0 && outcome.output == "1\n1.0\n2.0\n", "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    }

    @Test func memoryIsConstant() throws {
        // 20 million samples; each would take 4 bytes if it were kept.
        let outcome = try program.shell(
            """
            head -c 80000000 /dev/zero | spike stream --input f32 --codec delta --threshold 1 > s.csv &
            sleep 0.1; wait; tail -n 1 s.csv
            """)
        #expect(outcome.output == "# {\"steps\":20000000}\n", "\(outcome)")
    }
}
