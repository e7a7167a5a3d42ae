import FileTestSupport
import Testing

@testable import EventFiles

@Suite struct EventSummaryTests {
    private func summary(_ events: [Event]) -> EventSummary {
        EventSummary(of: EventRecording(events), file: "f")
    }

    private func events(_ times: [Int64]) -> [Event] {
        times.enumerated().map { Event(time: $1, x: 3, y: 1, isOn: $0 > 0) }
    }

    @Test func numbersOfARecording() {
        let summary = summary(events([3_000_000, 1_000_000, 5_000_000]))
        #expect(summary.file == "f" && summary.format == "memory" && !summary.hasLowestRowFirst)
        #expect(summary.firstTime == 1_000_000 && summary.lastTime == 5_000_000 && summary.duration == 4)
        #expect(summary.eventCount == 3 && summary.onCount == 2 && summary.rate == 0.75)
        #expect(summary.onShare == 2.0 / 3 && summary.hasSizeInFile)
        let none = self.summary([])
        #expect(none.firstTime == 0 && none.lastTime == 0 && none.duration == 0 && none.onShare == nil)
        #expect(none.rate == nil && self.summary(events([5])).rate == nil)
        #expect(EventSummary(of: EventRecording(events([5]))).onShare == 0)
        #expect(self.summary(events([.min, .max])).duration == 0x1p64 * 1e-6)
        #expect(self.summary(events([4, 5])).rate == 2e6)
    }

    @Test(
        arguments: [
            ([], "f: 0 events (memory) of 0 × 0 pixels"),
            ([1_000_000], "f: 1 event (memory) of 4 × 2 pixels, from 1 s to 1 s, 0 % ON"),
            (
                [1_000_000, 5_000_000],
                "f: 2 events (memory) of 4 × 2 pixels, from 1 s to 5 s, 0.5 events per second, 50 % ON"
            ),
            (
                [0, 1, 1_000_001],
                "f: 3 events (memory) of 4 × 2 pixels, from 0 s to 1.000001 s, 3 events per second, 66.7 % ON"
            ),
            (
                [0, 0, 2000],
                "f: 3 events (memory) of 4 × 2 pixels, from 0 s to 0.002 s, 1500 events per second, 66.7 % ON"
            ),
            (
                [0, 2000], "f: 2 events (memory) of 4 × 2 pixels, from 0 s to 0.002 s, 1000 events per second, 50 % ON"
            ),
            (
                [0, 2001],
                "f: 2 events (memory) of 4 × 2 pixels, from 0 s to 0.002001 s, 1000 events per second, 50 % ON"
            ),
            (
                [0, 2010], "f: 2 events (memory) of 4 × 2 pixels, from 0 s to 0.00201 s, 995 events per second, 50 % ON"
            ),
            (
                [9_999_999_999, 9_999_499_999],
                "f: 2 events (memory) of 4 × 2 pixels, from 9999.499999 s to 9999.999999 s, 4 events per second, 50 % ON"
            ),
            (
                [9_999_500_000, 10_000_000_000],
                "f: 2 events (memory) of 4 × 2 pixels, from 9999.5 s to 10000 s (0.5 s), 4 events per second, 50 % ON"
            ),
            (
                [-10_000_000_000, -9_999_500_000],
                "f: 2 events (memory) of 4 × 2 pixels, from -10000 s to -9999.5 s (0.5 s), 4 events per second, 50 % ON"
            ),
        ] as [([Int64], String)])
    func lines(_ times: [Int64], _ line: String) { #expect(summary(events(times)).description == line) }

    /// The parts of a file add up, whatever their order.
    @Test func partsAddUp() {
        var summary = EventSummary(file: "f", format: "EVT3", size: nil, hasLowestRowFirst: true)
        #expect(!summary.hasSizeInFile && summary.hasLowestRowFirst && summary.size == SensorSize(width: 0, height: 0))
        summary.add(buffer([]))
        #expect(summary.eventCount == 0 && summary.firstTime == 0)
        summary.add(buffer(events([50, 40, 60])))
        #expect(summary.firstTime == 40 && summary.lastTime == 60 && summary.onCount == 2)
        summary.add(buffer([Event(time: 30, x: 7, y: 0, isOn: true), Event(time: 45, x: 0, y: 9, isOn: true)]))
        #expect(summary.firstTime == 30 && summary.lastTime == 60 && summary.eventCount == 5 && summary.onCount == 4)
        #expect(summary.size == SensorSize(width: 8, height: 10))
        summary.add(buffer(events([70])))
        #expect(summary.lastTime == 70 && summary.size == SensorSize(width: 8, height: 10))
        #expect(
            summary.description
                == "f: 6 events (EVT3) of 8 × 10 pixels or more, from 3e-05 s to 7e-05 s, 150000 events per second, "
                + "66.7 % ON")
        let negative = EventSummary(of: EventRecording(events([-5, -3])))
        #expect(negative.firstTime == -5 && negative.lastTime == -3)
        var later = EventSummary(file: "", format: "", size: SensorSize(width: 9, height: 9), hasLowestRowFirst: false)
        later.add(buffer(events([-5, -3])))
        #expect(later.firstTime == -5 && later.lastTime == -3 && later.hasSizeInFile)
        #expect(later.size == SensorSize(width: 9, height: 9))
    }

    @Test func remarksAreCounted() {
        var remarks: [EventRemark] = []
        remarks.note("as", byte: 9)
        remarks.note("bs", count: 0, byte: 1)
        remarks.note("as", count: 2, byte: 4)
        remarks.note("as", count: -1, byte: 1)
        remarks.note("cs", count: 3)
        remarks.note("cs", count: 1, byte: 5)
        remarks.note("as", count: 1, byte: 6)
        remarks.note("as", count: 1)
        #expect(remarks.map(\.description) == ["5 as, the first one at byte 4", "4 cs"])
        #expect(EventRemark(finding: "bytes of events", count: 1).description == "1 byte of events")
        #expect(EventRemark(finding: "as", count: 1, firstByte: 0).description == "1 as, the only one at byte 0")
    }

    @Test func countsOfTypesStartAgain() {
        var counts = TypeCounts(3)
        var remarks: [EventRemark] = []
        counts.add(2, byte: 8)
        counts.add(2, byte: 5)
        counts.add(0, byte: 3)
        counts.add(1, byte: 1)
        counts.note(in: &remarks) { $0 == 1 ? nil : "of \($0)" }
        counts.note(in: &remarks) { "of \($0)" }
        #expect(remarks.map(\.description) == ["1 of 0, the only one at byte 3", "2 of 2, the first one at byte 8"])
        counts.add(2, byte: 4)
        counts.note(in: &remarks) { "of \($0)" }
        #expect(remarks.last?.description == "3 of 2, the first one at byte 4")
    }
}
