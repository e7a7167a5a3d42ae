import Testing

@testable import SpikeFiles

@Suite struct ClockTimeTests {
    @Test func timesOfTheClock() {
        for (text, seconds) in [
            ("17:27:45.5", 62_865.5), ("5", 5), ("0", 0), ("1:2", 62), ("1:2:3", 3723), ("1000000:0", 6e7),
            ("0:75", 75),
            ("1:2:3:4", nil), ("1:-2", nil), ("-1:2", nil), ("1000001:0", nil), (":5", nil), ("5:", nil),
            ("5:inf", nil),
            ("5:nan", nil), ("", nil), ("1.5:2", nil),
        ] as [(Substring, Double?)] {
            #expect(ClockTime.seconds(text) == seconds, "\(text)")
        }
    }

    @Test func daysOfTheCalendar() {
        for (year, month, day, seconds) in [
            (1970, 1, 1, 0), (1970, 1, 2, 86_400), (2000, 2, 29, 951_782_400), (2000, 3, 1, 951_868_800),
            (1900, 2, 28, -2_203_977_600), (1900, 3, 1, -2_203_891_200), (2024, 12, 31, 1_735_603_200),
            (1, 1, 1, -62_135_596_800), (9999, 12, 31, 253_402_214_400), (2023, 4, 30, 1_682_812_800),
            (2023, 2, 29, nil), (1900, 2, 29, nil), (2023, 4, 31, nil), (2023, 6, 31, nil), (2023, 9, 31, nil),
            (2023, 11, 31, nil), (2023, 1, 32, nil), (2023, 0, 1, nil), (2023, 13, 1, nil), (2023, 1, 0, nil),
            (0, 1, 1, nil), (10_000, 1, 1, nil),
        ] as [(Int, Int, Int, Double?)] {
            #expect(ClockTime.seconds(year: year, month: month, day: day) == seconds, "\(year)-\(month)-\(day)")
        }
        // Each month begins where the one before ends.
        for year in [2023, 2024] {
            let lengths = [31, year == 2024 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in lengths.enumerated() {
                let last = ClockTime.seconds(year: year, month: month + 1, day: length)
                let next =
                    month == 11
                    ? ClockTime.seconds(year: year + 1, month: 1, day: 1)
                    : ClockTime.seconds(year: year, month: month + 2, day: 1)
                #expect(last != nil && last! + 86_400 == next, "\(year)-\(month + 1)")
            }
        }
    }

    @Test(
        arguments: [
            ("07:08:09", 25_689, 0), ("0:00:00", 0, 0), ("07:08:60", 25_740, 0), ("07:60:00", 28_800, 0),
            ("9999:00:00", 35_996_400, 0), ("08:09.5", 489.5, 1), ("08:09,25", 489.25, 2), ("'07:08:09'", 25_689, 0),
            ("00:00:00.123456789012345", 0.123456789012345, 15), ("00:00:00.1234567890123456", 0.123456789012345, 15),
            ("2024-05-06", 1_714_953_600, 0), ("2024/5/6", 1_714_953_600, 0),
            ("2024-05-06T07:08", 1_714_979_280, 0), ("2024-05-06 07:08:09.5", 1_714_979_289.5, 1),
            ("2024-05-06t07:08:09z", 1_714_979_289, 0), ("2024-05-06T07:08:09+02:00", 1_714_972_089, 0),
            ("2024-05-06T07:08:09-0230", 1_714_988_289, 0), ("2024-05-06T07:08:09+01", 1_714_975_689, 0),
            ("'2024-05-06 07:08:09'", 1_714_979_289, 0),
        ] as [(String, Double, Int)])
    func stamps(_ text: String, _ seconds: Double, _ decimals: Int) {
        let stamp = ClockStamp(Array(text.utf8))
        #expect(stamp?.seconds == seconds && stamp?.decimals == decimals, "\(text)")
        let (hasDate, hasClock) = (text.prefix(6).contains { "-/".contains($0) }, text.contains(":"))
        #expect(stamp?.kind == (hasDate ? hasClock ? .both : .date : .clock), "\(text)")
    }

    @Test(arguments: [
        "07:61:00", "07:08:61", "12345:00:00", "07:8:09", "07:08:9", "07:08:09:10", "08:09", "2024-05-06 07:08.5",
        "2024-05-06 7", "2024-05-06T07:08:09+1", "2024-05-06T07:08:09+01:0", "2024-05-06T07:08:09+01:00x", "07:08:09Z",
        "2024-05/06", "20240-05-06", "2024-005-06", "2024-5-6 ", "07:08:09.5.5", ":07:08", "07::08:09",
    ])
    func whatIsNoStamp(_ text: String) { #expect(ClockStamp(Array(text.utf8)) == nil) }

    @Test func foreignStampsHaveALength() {
        for (text, isForeign) in [
            ("7:8pm", true), ("7:8p", false), ("1:2:3", true), ("1/2/2024", true), ("1/2/24", false),
            ("1.2.2024", true),
            ("1:2 am", true), ("1:2 x", false), ("1:2", false), ("01:02", false), ("01:02 T", true), ("12 am", false),
            ("2024", false), ("2024-1", false), (String(repeating: "1", count: 34) + ":2:3am", true),
            (String(repeating: "1", count: 35) + ":2:3am", false), ("1-2-3-2024", false), ("", false),
        ] {
            #expect(ClockStamp.isForeign(text.utf8) == isForeign, "\(text)")
        }
    }
}
