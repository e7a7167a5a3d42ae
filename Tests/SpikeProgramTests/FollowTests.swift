import Foundation
import Testing

/// `spike stream --follow`, as other programs change the file.
@Suite struct FollowTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Changes a file that is followed, and decodes its events. The last sample of each part differs, so that all are
    /// seen to be encoded.
    private func followed(_ start: String, _ change: String) throws -> (
        samples: [String], errors: [String], status: Int32
    ) {
        let outcome = try program.shell(
            """
            printf '\(start)' > log.csv
            spike stream --follow log.csv --codec rate-step-forward --threshold 1 > s.csv & reader=$!
            sleep 1.5; \(change); sleep 2; kill -INT $reader; wait $reader; status=$?
            spike decode - < s.csv; exit $status
            """)
        return (
            outcome.output.split(separator: "\n").map(String.init),
            outcome.errors.split(separator: "\n").map(String.init),
            outcome.status
        )
    }

    @Test(arguments: [
        // Replaced by a rotation of logs, in one step; a last line without an end may be a part of one.
        (
            "1\\n2\\n3", "ln log.csv old.csv; printf '7\\n8\\n' > new.csv; mv new.csv log.csv",
            ["1.0", "2.0", "7.0", "8.0"],
            "was replaced"
        ),
        (
            "a\\n1\\n2\\n", "printf 'a\\n5\\n' > new.csv; mv new.csv log.csv", ["a", "1.0", "2.0", "5.0"],
            "was replaced"
        ),
        (
            "1\\n2\\n", "mv log.csv old.csv; sleep 0.3; printf '9\\n' > log.csv", ["1.0", "2.0", "9.0"],
            "is there again"
        ),
        // What is written to the old file first is read first.
        (
            "1\\n", "printf '3\\n' > new.csv; printf '2\\n' >> log.csv; mv new.csv log.csv", ["1.0", "2.0", "3.0"],
            "was replaced"
        ),
        // Cut, as by copytruncate.
        (
            "1\\n2\\n3\\n", "cp log.csv old.csv; printf '4\\n' > log.csv", ["1.0", "2.0", "3.0", "4.0"],
            "became shorter"
        ),
        ("10\\n20\\n3", ": > log.csv; sleep 0.2; printf '6\\n' >> log.csv", ["10.0", "20.0", "6.0"], "became shorter"),
        // Written anew in place, with as many or more bytes.
        ("1\\n2\\n", "printf '3\\n4\\n' > log.csv", ["1.0", "2.0", "3.0", "4.0"], ""),
        ("1\\n2\\n", "printf '5\\n6\\n7\\n' 1<> log.csv", ["1.0", "2.0", "5.0", "6.0", "7.0"], "was written anew"),
    ])
    func isReadFromItsStart(_ start: String, _ change: String, _ samples: [String], _ reason: String) throws {
        let (found, errors, status) = try followed(start, change)
        #expect(found == samples && status == 130, "\(found) \(errors)")
        #expect(errors.count == 1 && errors[0].hasPrefix("spike: warning: log.csv: "), "\(errors)")
        #expect(
            (reason.isEmpty || errors[0].contains(reason)) && errors[0].contains(", and is read from its start"),
            "\(errors)")
        #expect(
            errors[0].contains("; a sample that was not complete is left out") == !start.hasSuffix("\\n"), "\(errors)")
    }

    @Test func otherNamesEndTheStream() throws {
        let outcome = try program.shell(
            """
            printf 'a,b\\n1,2\\n' > log.csv
            (sleep 0.6; printf 'a,c\\n1,2\\n' > new.csv; mv new.csv log.csv) &
            timeout 20 spike stream --follow log.csv --codec delta --threshold 1 > s.csv
            """)
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("log.csv, line 2: its names are not those of the samples before"), "\(outcome)")
    }

    /// A pipe without a writer is waited for, and may have several writers.
    @Test func pipes() throws {
        let outcome = try program.shell(
            """
            mkfifo pipe
            spike stream --follow pipe --codec rate-step-forward --threshold 1 > s.csv & reader=$!
            sleep 0.4; printf '1\\n2\\n' > pipe; sleep 0.3; printf '3\\n' > pipe; sleep 0.4
            kill -INT $reader; wait $reader; status=$?; spike decode - < s.csv; exit $status
            """)
        #expect(outcome.status == 130 && outcome.output == "1.0\n2.0\n3.0\n" && outcome.errors.isEmpty, "\(outcome)")
    }

    /// Text without a number is not passed over in silence.
    @Test func pipesWithoutSamples() throws {
        let outcome = try program.shell(
            """
            mkfifo pipe; spike stream --follow pipe --codec delta --threshold 1 & reader=$!
            sleep 0.4; printf 'hello\\nworld\\n' > pipe; sleep 1
            kill -INT $reader; (sleep 10; kill -KILL $reader 2> /dev/null) & wait $reader
            """)
        #expect(outcome.status == 130 && outcome.output.isEmpty, "\(outcome)")
        #expect(
            outcome.errors
                == "spike: warning: pipe: no sample was found in 12 bytes; a sample is a line of numbers, or what "
                + "--input says\n", "\(outcome)")
    }

    /// Half a line of one writer is not joined to the next one's lines, whose names may be there again.
    @Test func halfLinesInPipes() throws {
        let outcome = try program.shell(
            """
            mkfifo pipe
            spike stream --follow pipe --codec rate-step-forward --threshold 1 > s.csv & reader=$!
            sleep 0.4; printf 'a,b\\n1,2\\n3,' > pipe; sleep 0.7; printf 'a,b\\n5,6\\n' > pipe; sleep 0.7
            printf '7,8\\n' > pipe; sleep 0.4
            kill -INT $reader; wait $reader; status=$?; spike decode - < s.csv; exit $status
            """)
        #expect(outcome.status == 130 && outcome.output == "a,b\n1.0,2.0\n5.0,6.0\n7.0,8.0\n", "\(outcome)")
        #expect(
            outcome.errors
                == "spike: warning: pipe: has no more writers; a sample that was not complete is left out\n",
            "\(outcome)")
    }

    @Test(arguments: ["INT", "TERM"]) func aPipeWithoutWriterEndsBySignals(_ signal: String) throws {
        let outcome = try program.shell(
            """
            mkfifo pipe; spike stream --follow pipe --codec delta --threshold 1 & reader=$!
            sleep 0.5; kill -\(signal) $reader; (sleep 10; kill -KILL $reader 2> /dev/null) & wait $reader
            """)
        #expect(outcome.status == (signal == "INT" ? 130 : 143), "\(outcome)")
    }

    @Test func foldersAreRefused() throws {
        let outcome = try program.shell("mkdir d; spike stream --follow d --codec delta --threshold 1")
        #expect(outcome.status == 1 && outcome.errors.contains("d: cannot be read: it is a directory"), "\(outcome)")
    }
}
