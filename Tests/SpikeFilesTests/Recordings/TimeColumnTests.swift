import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

@Suite struct TimeColumnTests {
    private func read(_ text: String, samplingRate: Double? = nil) throws -> Signal {
        try withFile("a.csv", text) { try RecordingFile.read($0, samplingRate: samplingRate) }
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let digits = String(Int((value * scale).rounded()))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return decimals == 0 ? padded : "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    @Test(arguments: [
        "time", "Time", "t", "TIME_S", "time (s)", "Time [s]", "seconds", "timestamp", "Elapsed time", "time_sec",
        "time s", "Zeit [s]", "Zeit in s", "t/s", "time_stamp", "timeStamp", "Unix time", "Time since start (s)",
        "tiempo",
    ])
    func recognisesSeconds(_ name: String) throws {
        let signal = try read("\(name),a\n0,1\n0.5,2\n1,3\n")
        #expect(signal == Signal(channels: [[1, 2, 3]], samplingRate: 2, channelNames: ["a"]))
    }

    @Test(arguments: [
        ("time_ms", 500.0), ("time (us)", 500_000), ("t_ms", 500), ("milliseconds", 500), ("time_ns", 5e8),
        ("timeMs", 500), ("timeMS", 500), ("Zeit (µs)", 500_000), ("Time [msec.]", 500), ("time in ms", 500),
        ("temps (ms)", 500), ("ms", 500), ("x [ms]", 500),
    ])
    func recognisesOtherUnits(_ name: String, _ rate: Double) throws {
        #expect(try read("\(name),a\n0,1\n2,2\n4,3\n").samplingRate == rate)
    }

    @Test func recognisesLongUnits() throws {
        let units: [(String, Double)] = [("Elapsed time (min)", 60), ("t (h)", 3600), ("time_days", 86400)]
        for (name, seconds) in units {
            #expect(try read("\(name),a\n0,1\n2,2\n4,3\n").samplingRate == 1 / (2 * seconds), "\(name)")
        }
    }

    @Test(arguments: ["temperature", "times_ten", "m_s", "s", "min", "reaction time", "a_mV", "v (m/s)", "n"])
    func takesOthersForChannels(_ name: String) throws {
        #expect(try read("\(name),a\n0,1\n2,2\n1,3\n").channelCount == 2)
    }

    @Test func mayStandAnywhere() throws {
        let signal = try read("a,time,b\n1,0,4\n2,0.25,5\n")
        #expect(signal == Signal(channels: [[1, 2], [4, 5]], samplingRate: 4, channelNames: ["a", "b"]))
    }

    @Test func findsTheRateBehindRoundedTimes() throws {
        let signal = try read("time_s,MLII_mV\n0.000000,1\n0.002778,2\n0.005556,3\n")
        #expect(signal.samplingRate == 360)
    }

    @Test(arguments: [
        (360.0, 6, 10_800), (360, 6, 3), (360, 3, 1000), (250, 3, 100), (128, 3, 1000), (44_100, 6, 2000),
        (62.5, 3, 100),
        (1, 0, 50), (0.5, 0, 10), (12.8, 6, 500), (1000, 3, 4), (0.1, 0, 5), (256, 4, 5000), (100, 2, 2),
    ])
    func findsRates(_ rate: Double, _ decimals: Int, _ count: Int) throws {
        let rows = (0..<count).map { "\(Self.fixed(Double($0) / rate + 3, decimals: decimals)),\($0)" }
        let signal = try read("t,a\n" + rows.joined(separator: "\n"))
        #expect(signal.samplingRate == rate)
    }

    @Test func keepsAnOddRate() throws {
        let rows = (0..<100).map { "\(Double($0) / 59.94),1" }
        let rate = try #require(try read("t,a\n" + rows.joined(separator: "\n")).samplingRate)
        #expect(abs(rate - 59.94) < 1e-9)
        let slow = try #require(try read("t,a\n0,1\n3,1\n6,1\n").samplingRate)
        #expect(slow == 1.0 / 3)
    }

    @Test func oneSampleHasNoRate() throws {
        #expect(try read("t,a\n0,1\n") == Signal(channels: [[1]], channelNames: ["a"]))
    }

    @Test(arguments: [
        ("t,a\n0,1\n0.1,1\n0.2,1\n0.4,1\n0.5,1\n0.6,1\n", 5), ("# x\nt,a\n0,1\n\n1,1\n1,1\n2,1\n", 6),
        ("t,a\n0,1\n1,1\n0.5,1\n", 4),
        ("t,a\n0,1\n1,1\n2,1\nnan,1\n4,1\n", 5), ("t,a\n1,1\n1,1\n", 3), ("t,a\n0,1\n1,1\n3,1\n4,1\n5,1\n", 4),
    ])
    func reportsUnevenTimes(_ text: String, _ line: Int) throws {
        let problem = try #require(message { _ = try read(text) })
        #expect(problem.contains(", line \(line): the time goes on by"), "\(problem)")
        #expect(try read(text, samplingRate: 7).samplingRate == 7)
        #expect(try read(text, samplingRate: 7).channelCount == 1)
    }

    @Test func withoutHeaderIsRecognisedOnlyIfUnmistakable() throws {
        #expect(try read("3.5,5\n4,6\n4.5,8\n") == Signal(channels: [[5, 6, 8]], samplingRate: 2, startTime: 3.5))
        // A counter has no unit that a rate could be told from.
        #expect(try read("0,5\n1,6\n2,8\n") == Signal(channels: [[5, 6, 8]]))
        #expect(try read("1,5\n2,6\n3,8\n") == Signal(channels: [[5, 6, 8]]))
        #expect(try read("0.0,5\n4.0,6\n8.0,8\n") == Signal(channels: [[5, 6, 8]]))
        #expect(try read("0,5\n1,6\n").channelCount == 2)
        #expect(try read("0,5\n1,6\n3,8\n").channelCount == 2)
        #expect(try read("0\n1\n2\n").channelCount == 1)
        #expect(try read("0,5\n1,6\n2,8\n", samplingRate: 9) == Signal(channels: [[5, 6, 8]], samplingRate: 9))
    }

    /// Of samples that are missing, written twice, or taken at another rate, the line.
    @Test func reportsWhatRoundingDoesNotExplain() throws {
        let missing: [Int] = (0..<99).map { $0 < 60 ? $0 : $0 + 1 }
        let doubled: [Int] = (0..<99).map { $0 < 60 ? $0 : $0 - 1 }
        let slower: [Int] = (0..<200).map { $0 < 100 ? 4 * $0 : 5 * $0 - 99 }
        let cases: [(milliseconds: [Int], line: Int)] = [
            ([0, 2, 4, 6, 8, 10, 14], 8), ([0, 4, 6, 8, 10], 3), (missing, 62), (doubled, 62), (slower, 102),
        ]
        for (times, line) in cases {
            let text = "time_ms,a\n" + times.map { "\($0),1\n" }.joined()
            let problem = try #require(message { _ = try read(text) })
            #expect(problem.contains(", line \(line): the time goes on by"), "\(problem)")
        }
    }

    @Test func saysUnevenStepsWithTheDigitsThatDiffer() throws {
        func problem(_ times: [String]) throws -> String {
            try #require(
                message { _ = try read("time_s,a\n" + times.map { "\($0),1\n" }.joined()) })
        }
        #expect(
            try problem(["0.0000000000", "0.0000000100", "0.0000000200", "0.0000000304", "0.0000000404"])
                .contains("goes on by 1.04e-08 s, elsewhere by 1e-08 s"))
        #expect(
            try problem(["0", "1.2345671", "2.4691342", "3.7037013", "4.9999999"])
                .contains("goes on by 1.296 s, elsewhere by 1.235 s"))
        #expect(try problem(["0", "0", "1", "1"]).contains("goes on by 0 s, elsewhere by 0.3333 s"))
    }

    @Test func namesWithoutValuesAreNoTimes() throws {
        #expect(try read("time\n0\n1\n2\n").channelCount == 1)
    }
}
