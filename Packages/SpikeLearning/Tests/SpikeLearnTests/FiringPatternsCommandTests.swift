import Foundation
import Testing

@Suite struct FiringPatternsCommandTests {
    /// Every table of the reference, in its own names, but for sample currents.
    @Test func agreesWithReference() throws {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: fixture("FiringPatternsTests/Fixtures/firing_patterns.json")))
        let tables = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(tables.count == 7)
        for table in tables {
            let id = try #require(table["id"] as? String)
            let lambda = try #require(table["lambda_exact"] as? String)
            let isScaled = id.hasSuffix("_scaled")
            let parts = lambda.split(separator: "/").compactMap { Int($0) }
            // τ = 1 / (1 − λ)
            let tau = isScaled ? "\(parts[1])/\(parts[1] - parts[0])" : ""
            let (status, output, errors) = try run([
                "analyze", "firing-patterns", isScaled ? "--time-constant" : "--decay", isScaled ? tau : lambda,
                "--steps", "\(table["T"]!)", "--json",
            ])
            #expect(status == 0, "\(errors)")
            let printed = try json(output)
            // 1 and 1.0 are the same number.
            func text(_ value: Any?) -> String { (value as? Double).map { "\($0)" } ?? "\(value!)" }
            for key in ["lambda_exact", "lambda", "reset", "theta", "T", "convention"] {
                #expect(text(printed[key]) == text(table[key]), "\(id): \(key)")
            }
            func rows(_ table: [String: Any]) throws -> [[String]] {
                try #require(table["rows"] as? [[String: Any]]).map { row in
                    ["pattern", "lower_bound_exact", "lower_bound", "upper_bound_exact"].map { text(row[$0]) }
                }
            }
            #expect(try rows(printed) == rows(table), "\(id)")
        }
    }

    @Test func textHasALineForEachPattern() throws {
        let output = try run("analyze", "firing-patterns", "--decay", "0.5").output
        let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines[0].joined(separator: " ").contains("lambda = 1/2, threshold 1, soft reset, T = 4: 7 patterns"))
        #expect(lines[3] == ["0000", "0", "8/15", "0.000000", "0.533333"])
        #expect(lines.last == ["1111", "1", "∞", "1.000000", "∞"])
    }

    @Test func everyOptionCounts() throws {
        func patterns(_ arguments: String...) throws -> [String] {
            let (_, output, errors) = try run(["analyze", "firing-patterns", "--json"] + arguments)
            let rows = try #require(json(output)["rows"] as? [[String: Any]], "\(errors)")
            return rows.map { "\($0["pattern"]!) \($0["lower_bound_exact"]!)" }
        }
        let plain = try patterns("--decay", "1/2")
        #expect(plain.count == 7 && plain[1] == "0001 8/15")
        #expect(try patterns("--decay", "1/2", "--threshold", "3/2")[1] == "0001 4/5")
        #expect(try patterns("--decay", "1/2", "--reset", "hard").count == 5)
        #expect(try patterns("--decay", "1/2", "--steps", "1") == ["0 0", "1 1"])
        #expect(try patterns("--time-constant", "2")[1] == "0001 16/15")
    }

    @Test(arguments: [
        (["--decay", "1.5"], "--decay must be within 0...1, got 3/2"), (["--decay", "half"], "'half' is invalid"),
        (["--decay", "1/0"], "'1/0' is invalid"), (["--decay", "0.12345678901234567"], "is invalid for '--decay"),
        ([], "name either --decay or --time-constant"),
        (["--decay", "0.5", "--time-constant", "2"], "name either --decay or --time-constant"),
        (["--time-constant", "1/2"], "--time-constant must be >= 1, got 1/2"),
        (["--decay", "0.5", "--steps", "0"], "--steps must be within 1...32, got 0"),
        (["--decay", "0.5", "--steps", "33"], "--steps must be within 1...32, got 33"),
        (["--decay", "0.5", "--threshold", "0"], "--threshold must be > 0, got 0"),
        (["--decay", "0.5", "--reset", "none"], "'none' is invalid for '--reset"),
    ]) func mistakesAreOneLine(arguments: [String], message: String) throws {
        let (status, output, errors) = try run(["analyze", "firing-patterns"] + arguments)
        #expect(status != 0 && output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }
}
