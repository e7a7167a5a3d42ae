import Foundation
import Testing

@testable import SpikeCommandLine

/// Numbers on the command line.
@Suite struct OptionValueTests {
    @Test func listsHoldTheNearestNumbers() throws {
        #expect(try ValueList<Float>(parsing: "0.1").values == [0.1])
        #expect(try ValueList<Float>(parsing: "-1.5e-3, +2 ,.5,5.,00,1E2").values == [-1.5e-3, 2, 0.5, 5, 0, 100])
        // The largest, the smallest, and a zero of any exponent.
        #expect(
            try ValueList<Float>(parsing: "3.4028235e38,1e-45,-0e-99").values
                == [.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0])
        #expect(
            try ValueList<Double>(parsing: "1.7976931348623157e308,5e-324,1e39,1e-50").values
                == [.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e39, 1e-50])
        #expect(try ValueList<Int>(parsing: "-3, 7,9223372036854775807").values == [-3, 7, .max])
    }

    @Test(arguments: [
        ("1e39", "1e39 is beyond what Float32 holds, ±3.4e38"), ("1,-3.41e38", "-3.41e38 is beyond what Float32"),
        ("1e999999999999999999999", "is beyond what Float32 holds"),
        ("1e-50", "1e-50 is too small for Float32, below 1.4e-45"), ("1,0.0e5,-7e-46", "-7e-46 is too small"),
        ("0x1", "'0x1' is no decimal number"), ("0x1p3", "'0x1p3' is no decimal number"),
        ("nan", "'nan' is no decimal"),
        ("1,inf", "'inf' is no decimal number"), ("-infinity", "'-infinity' is no decimal"), ("", "'' is no decimal"),
        ("1,,2", "'' is no decimal number"), ("1,", "'' is no decimal number"), (" ", "'' is no decimal number"),
        (".", "'.' is no decimal number"), ("1e", "'1e' is no decimal number"), ("1 2", "'1 2' is no decimal number"),
        ("٣", "'٣' is no decimal number"), ("--1", "'--1' is no decimal number"), ("1\n", "is no decimal number"),
    ]) func whatFloat32DoesNotHoldIsRefused(_ text: String, _ problem: String) {
        let error = #expect(throws: CommandError.self) { try ValueList<Float>(parsing: text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("1e309", "1e309 is beyond what Float64 holds, ±1.8e308"), ("1e-400", "too small for Float64, below 4.9e-324"),
        ("0x1", "'0x1' is no decimal number"), ("NaN", "'NaN' is no decimal number"),
    ]) func whatFloat64DoesNotHoldIsRefused(_ text: String, _ problem: String) {
        let error = #expect(throws: CommandError.self) { try ValueList<Double>(parsing: text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    /// Zero in any notation is held; any other digit is not zero.
    @Test func onlyZerosAreRoundedToZero() throws {
        for digit in 1...9 {
            for text in ["\(digit)e-60", "0.0\(digit)E-60", "-\(digit)0e-60"] {
                let error = #expect(throws: CommandError.self) { try Float(decimal: text) }
                #expect(error?.description == "\(text) is too small for Float32, below 1.4e-45")
            }
        }
        for text in ["0", "-0.00", "0e5", "0.0E-9", ".0"] { #expect(try Float(decimal: text) == 0) }
    }

    @Test func numbersOfFilesMustFitFloat32() throws {
        #expect(try Float(checked: 0.1) == 0.1 && Float(checked: 0) == 0 && Float(checked: -.infinity) == -.infinity)
        #expect(try Float(checked: .nan).isNaN)
        for (number, problem) in [(1e39, "1e+39 is beyond what Float32"), (-1e-60, "-1e-60 is too small for Float32")] {
            let error = #expect(throws: CommandError.self) { try Float(checked: number) }
            #expect(error?.description.hasPrefix(problem) == true, "\(error?.description ?? "")")
        }
    }

    @Test(arguments: [
        ("0x10", "'0x10' is no whole number"), ("1.5", "'1.5' is no whole number"), ("1e3", "'1e3' is no whole number"),
        ("007", "'007' is no whole number"), ("+1", "'+1' is no whole number"),
        ("-9223372036854775809", "-9223372036854775809 is beyond what it can be, -9223372036854775808 to"),
    ]) func whatIsNoWholeNumberIsRefused(_ text: String, _ problem: String) {
        let error = #expect(throws: CommandError.self) { try ValueList<Int>(parsing: text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    /// Of an option given twice the parser would take the last, and after `--name=` the next word.
    @Test(arguments: [
        ("encode in.csv --output x.npy --codec delta --codec lif", "--codec is given twice; give it once"),
        ("encode in.csv --output x.npy --output y.npy --codec delta", "--output is given twice; give it once"),
        ("compare in.csv --json --json", "--json is given twice; give it once"),
        ("gym encode --env=CartPole-v1 --env CartPole-v1 --observation 1", "--env is given twice; give it once"),
        ("encode in.csv --codec delta --threshold= --output x.npy", "--threshold= has no value; write --threshold V"),
    ]) func noOptionIsPassedOver(_ arguments: String, _ problem: String) throws {
        let outcome = try Program().run(arguments)
        #expect(outcome.status == 64 && outcome.errors.hasPrefix("spike: \(problem)"), "\(outcome.errors)")
    }

    /// Every option that takes a list.
    @Test(arguments: [
        "encode in.csv --output x.npy --codec delta --threshold", "encode in.csv --output x.npy --codec bsa --order",
        "encode in.csv --output x.npy --codec bsa --cutoff", "encode in.csv --output x.npy --codec pwm --frequency",
        "encode in.csv --output x.npy --codec lif --membrane", "encode in.csv --output x.npy --codec lif --minimum",
        "encode in.csv --output x.npy --codec rate --maximum", "decode in.h5 --output x.npy --initial-value",
        "gym encode --observation", "gym encode --observation 1 --previous", "gym encode --observation 1 --low",
        "gym encode --observation 1 --high", "gym encode --observation 1 --step-coder --thresholds",
    ]) func everyListRefusesHexadecimals(_ arguments: String) throws {
        let program = try Program()
        for value in ["0x1", "1,nan", "inf"] {
            let outcome = try program.run("\(arguments) \(value)")
            #expect(outcome.status == 64 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            let option = try #require(arguments.split(separator: " ").last)
            let number = try #require(value.split(separator: ",").last)
            #expect(
                outcome.errors.hasPrefix("spike: The value '\(value)' is invalid for '\(option) <")
                    && outcome.errors.contains(">': '\(number)' is no "), "\(outcome.errors)")
        }
    }

    /// Printable ASCII stays, and every other byte is shown by two digits. FF is in no text of UTF-8.
    @Test func everyByteOfAnArgumentIsShown() {
        for byte in UInt8.min...UInt8.max where byte != 0 {
            let shown =
                (0x20...0x7E).contains(byte) ? String(UnicodeScalar(byte)) : String(format: "\\x%02X", Int(byte))
            var wrong = [CChar(bitPattern: byte), -1, 0]
            var plain: [CChar] = [0x61, 0]
            wrong.withUnsafeMutableBufferPointer { wrong in
                plain.withUnsafeMutableBufferPointer { plain in
                    func problem(_ arguments: [UnsafeMutablePointer<CChar>?], _ count: Int) -> String? {
                        var arguments = arguments
                        return ArgumentText.problem(arguments: &arguments, count: count)
                    }
                    let (wrong, plain) = (wrong.baseAddress, plain.baseAddress)
                    let found = problem([plain, plain, wrong, nil], 3)
                    #expect(found?.hasPrefix("argument 2, \"\(shown)\\xFF\", is not UTF-8; rename") == true)
                    // The name of the program is no argument.
                    #expect(problem([wrong, plain, plain, nil], 3) == nil)
                    #expect(problem([wrong, nil], 1) == nil && problem([nil], 0) == nil)
                }
            }
        }
    }

    /// The shell's `printf` writes the byte E9, which is é in Latin-1.
    @Test(arguments: [
        (#"encode "$(printf 'caf\351.csv')" --codec delta --output x.h5"#, #"argument 2, "caf\xE9.csv", is not UTF-8"#),
        (
            #"encode café.csv --codec delta --output "$(printf 'é\351\n.h5')""#,
            #"argument 6, "\xC3\xA9\xE9\x0A.h5", is not UTF-8"#
        ),
        (#"train "$(printf '\377')" --seeds 1"#, #"argument 2, "\xFF", is not UTF-8"#),
    ]) func argumentsThatAreNotUTF8AreRefused(_ arguments: String, _ problem: String) throws {
        let program = try Program()
        // The file that Swift's text of the bytes would name, and one that both its name and its text are of.
        for name in ["caf\u{FFFD}.csv", "café.csv"] { try program.writeRecording(name) }
        let before = try FileManager.default.contentsOfDirectory(atPath: program.folder.path).count
        let outcome = try program.shell("spike \(arguments)")
        #expect(outcome.status == 64)
        #expect(
            outcome.errors == "spike: \(problem); rename the file that it names, or write it in UTF-8\n",
            "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder.path).count == before + 2)
        #expect(try program.shell("spike encode café.csv --codec delta --output é.h5").status == 0)
        #expect(program.exists("é.h5"))
    }
}
