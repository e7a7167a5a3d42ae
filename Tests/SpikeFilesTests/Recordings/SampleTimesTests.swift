import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Evenly spaced times in every way that files have them.
@Suite struct SampleTimesTests {
    private func rate(_ times: [String], name: String = "time_s") throws -> Double? {
        let rows = times.enumerated().map { "\($1),\($0 * 7919 % 101)\n" }
        return try withFile("a.csv", "\(name),a\n" + rows.joined()) { try RecordingFile.read($0).samplingRate }
    }

    /// A rate in Hz, as samples in so many seconds.
    struct Rate: Sendable, CustomTestStringConvertible {
        let samples: Int
        let seconds: Int
        var hertz: Double { Double(samples) / Double(seconds) }
        var testDescription: String { "\(hertz) Hz" }

        init(_ samples: Int, in seconds: Int = 1) {
            self.samples = samples
            self.seconds = seconds
        }

        /// i samples after a start that is a number of units, in the given decimals of the unit: rounded, or cut off.
        func time(_ i: Int, start: Int, unitsPerSecond: Int, decimals: Int, isRounded: Bool) -> String {
            let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
            let numerator = i * seconds * unitsPerSecond * scale
            let digits = start * scale + (isRounded ? (2 * numerator + samples) / (2 * samples) : numerator / samples)
            let fraction = String(repeating: "0", count: max(0, decimals - String(digits % scale).count))
            return decimals == 0 ? "\(digits)" : "\(digits / scale).\(fraction)\(digits % scale)"
        }
    }

    static let rates = [
        Rate(1), Rate(10), Rate(50), Rate(60), Rate(125, in: 2), Rate(100), Rate(125), Rate(128), Rate(200), Rate(250),
        Rate(256), Rate(300), Rate(360), Rate(400), Rate(500), Rate(512), Rate(1000), Rate(1024), Rate(2048),
        Rate(8000), Rate(11_025), Rate(22_050), Rate(44_100), Rate(48_000), Rate(1, in: 3), Rate(1000, in: 3), Rate(90),
        Rate(240),
    ]

    /// Where a thousand rows fill at least three last digits, the rate is found.
    @Test(arguments: rates) func findsEveryRateInAnyDecimals(_ rate: Rate) throws {
        for (name, unitsPerSecond) in [("time_s", 1), ("time_ms", 1000), ("time_us", 1_000_000)] {
            for decimals in 0...6 {
                let digitsPerSecond = Double(unitsPerSecond) * pow(10, Double(decimals))
                // Fewer than that are not enough to tell a rate; more are not whole numbers here.
                guard (20...1e9).contains(1000 / rate.hertz * digitsPerSecond) else { continue }
                for isRounded in [true, false] {
                    for start in [0, 3, 1234] {
                        let times = (0..<1000).map {
                            rate.time(
                                $0, start: start, unitsPerSecond: unitsPerSecond, decimals: decimals,
                                isRounded: isRounded)
                        }
                        let found = try self.rate(times, name: name)
                        #expect(
                            found == rate.hertz,
                            "\(name), \(decimals) decimals, \(isRounded ? "rounded" : "cut off"), from \(start)")
                    }
                }
            }
        }
    }

    /// Python's `%g`, `%e` and the shortest decimals of a Float32.
    @Test(arguments: rates, [0.0, 2, 100]) func findsEveryRateInOtherNotations(_ rate: Rate, _ start: Double) throws {
        let times = (0..<1000).map { start + Double($0) / rate.hertz }
        #expect(try self.rate(times.map { String(format: "%e", $0) }) == rate.hertz, "%e")
        #expect(try self.rate(times.map { "\($0)" }) == rate.hertz, "Float64")
        // Beyond that, steps are shorter than the last digit.
        if 1 / rate.hertz > 1e-6 * (start + 1000 / rate.hertz) {
            #expect(try self.rate(times.map { "\(Float($0))" }) == rate.hertz, "Float32")
            #expect(
                try self.rate(times.map { String(format: "%.18e", Double(Float($0))) }) == rate.hertz, "exact Float32")
        }
        if 10 / rate.hertz > 1e-5 * (start + 1000 / rate.hertz) {
            #expect(try self.rate(times.map { String(format: "%g", $0) }) == rate.hertz, "%g")
        }
    }

    @Test func findsRatesOfFloat32Steps() throws {
        // As numpy.arange counts them.
        let step = Float(1) / 360
        #expect(try rate((0..<1000).map { "\(Float($0) * step)" }) == 360)
    }

    @Test func keepsRatesThatTheTimesContradict() throws {
        for hertz in [359.9, 47_999, 47_990, 250.1, 999, 59.94] {
            let times = (0..<2000).map { String(format: "%.9f", Double($0) / hertz) }
            #expect(try rate(times) == hertz)
        }
    }

    @Test func takesTheRoundestOfRatesThatFit() throws {
        #expect(SamplingRate.roundest(47_950...48_050, near: 47_999) == 48_000)
        #expect(SamplingRate.roundest(44_000...44_200, near: 44_050) == 44_100)
        #expect(SamplingRate.roundest(61.5...63.4, near: 62) == 62.5)
        #expect(SamplingRate.roundest(333.2...333.4, near: 333.3) == 1000 / 3.0)
        #expect(SamplingRate.roundest(710...731, near: 729) == 730)
        #expect(SamplingRate.roundest(31.4159265358...31.4159265359, near: 31.41592653585) == nil)
    }

    /// Times of a real clock: each up to 0.4 % of a step early or late.
    @Test func acceptsAClockThatIsNotPerfect() throws {
        print("jitter: seed 11")
        var generator = SplitMix64(seed: 11)
        let times = (0..<5000).map { 0.004 * (Double($0) + Double.random(in: -0.004...0.004, using: &generator)) }
        #expect(try rate(times.map { "\($0)" }) == 250)
    }

    @Test func saysWhichRatesFitFewTimes() throws {
        let few = try withFile("a.csv", "time_s,a\n0.000,1\n0.003,2\n0.006,1\n0.008,3\n0.011,1\n") {
            try RecordingFile.load($0)
        }
        // Steps from 2.5 to 3 ms.
        #expect(few.summary.warnings.contains { $0.contains("from 333 to 400 Hz, and 363.636 Hz is taken") })
        #expect(abs((few.summary.samplingRate ?? 0) - 4 / 0.011) < 1e-9)
    }

    /// Even steps, too, may stand for several rates that are as round; more rows or decimals tell which it is.
    @Test(
        arguments: [
            (["0.00", "0.01", "0.02"], 100, "66.7 to 200 Hz"), (["0.000", "0.004", "0.008"], 250, "222 to 286 Hz"),
            (["0", "1", "2"], 1, "0.667 to 2 Hz"), (["0.0", "0.1"], 10, "5 Hz on"), (["0.0", "0.5", "1.0"], 2, nil),
            (["0.0000", "0.0040", "0.0080"], 250, nil), (["0.000000", "0.004000", "0.008000"], 250, nil),
            ((0..<50).map { "\($0)" }, 1, nil),
            ((0..<9).map { String(format: "%.2f", Double($0) / 100) }, 100, "88.9 to 114 Hz"),
        ] as [([String], Double, String?)])
    func saysWhichRoundRatesFitFewTimes(_ times: [String], _ rate: Double, _ range: String?) throws {
        let rows = times.enumerated().map { "\($1),\($0 * 7919 % 101)\n" }
        let summary = try withFile("a.csv", "time_s,a\n" + rows.joined()) { try RecordingFile.load($0).summary }
        #expect(summary.samplingRate == rate)
        guard let range else {
            #expect(summary.warnings.isEmpty, "\(summary.warnings)")
            return
        }
        #expect(summary.warnings.count == 1)
        #expect(summary.warnings.first?.contains("fit rates from \(range), and") == true, "\(summary.warnings)")
    }

    /// Rates of long periods have no round numbers; the periods have.
    @Test(arguments: [
        (86_400, 0), (3600, 0), (60, 0), (604_800, 0), (43_200, 0), (900, 0), (172_800, 0), (61, 0), (3600, 1),
    ])
    func findsLongPeriods(_ period: Int, _ jitter: Int) throws {
        print("long periods: seed 5")
        var generator = SplitMix64(seed: 5)
        for start in [0, 1_714_953_600, 1_714_960_123] {
            for count in [3, 10, 400] {
                var seconds = (0..<count).map { start + $0 * period }
                if jitter > 0 {
                    seconds = seconds.map { $0 + Int.random(in: -jitter...jitter, using: &generator) }
                }
                let stamps = seconds.map { second in
                    let parts = [second % 86_400 / 3600, second % 3600 / 60, second % 60]
                    let days = second / 86_400
                    let date = ISO8601DateFormatter.string(
                        from: Date(timeIntervalSince1970: Double(days * 86_400)), timeZone: .gmt,
                        formatOptions: [.withFullDate])
                    return date + "T" + parts.map { String(format: "%02d", $0) }.joined(separator: ":")
                }
                // Few times that jitter fit other periods.
                guard jitter == 0 || count > 10 else { continue }
                #expect(try rate(stamps, name: "time") == 1 / Double(period), "\(count) stamps from \(start)")
                #expect(try rate(seconds.map { "\($0)" }) == 1 / Double(period), "\(count) seconds from \(start)")
                guard period % 86_400 == 0, start % 86_400 == 0, jitter == 0 else { continue }
                let dates = stamps.map { String($0.prefix(10)) }
                #expect(try rate(dates, name: "date") == 1 / Double(period), "\(count) dates from \(start)")
            }
        }
    }

    @Test func longPeriodsAreShown() throws {
        let text = "date,a\n2024-05-06,1\n2024-05-07,2\n2024-05-08,4\n"
        try withFile("a.csv", text) { path in
            let loaded = try RecordingFile.load(path)
            #expect("\(loaded.summary)".contains("1.15740741e-05 Hz (a sample every 86400 s) from its times"))
            try RecordingFile.write(loaded.content, to: path)
            #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\n1715126400.0,4.0\n"))
            #expect(try RecordingFile.read(path).samplingRate == 1 / 86_400.0)
        }
    }

    @Test(
        arguments: [
            ([-1e300, 1e300], nil), ([0, .leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude], nil),
            ([1e308, 1.5e308], nil), ([0, 1e149, 2e149], nil),
            ([1e17, 1e17 + 16, 1e17 + 32, 1e17 + 48], 1 / 16.0),
        ] as [([Double], Double?)])
    func extremesAreNoTrap(_ values: [Double], _ expected: Double?) throws {
        let text = "time_s,a\n" + values.map { "\($0),1\n" }.joined()
        let found = try? withFile("a.csv", text) { try RecordingFile.read($0) }
        if let expected { #expect(found?.samplingRate == expected) }
    }
}
