import EventFiles
import FileTestSupport
import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeGym
import SpikeReports
import Testing

@testable import spike

/// What is counted and computed for terminals and plots, by hand.
@Suite struct TerminalTests {
    private func strip(
        _ events: [Event], frames: Int = 2, from: Double? = nil, to: Double? = nil
    ) throws -> [FilmStrip.Frame] {
        let folder = try TemporaryFolder()
        try EventFile.write(EventRecording(events), to: folder.file("a.npy"))
        return try EventStrip(folder.file("a.npy"), frames: frames, from: from, to: to).plot(title: "t").frames
    }

    private func event(_ seconds: Double, _ x: UInt16, _ y: UInt16, _ isOn: Bool = true) -> Event {
        Event(time: Int64(seconds * 1e6), x: x, y: y, isOn: isOn)
    }

    private var five: [Event] {
        [event(0, 0, 0), event(1, 1, 0, false), event(2, 1, 1), event(3, 1, 1), event(4, 0, 1, false)]
    }

    @Test func eventsAreCountedInFramesOfEqualDuration() throws {
        let frames = try strip(five)
        #expect(frames.map(\.caption) == ["0 s", "2 s"])
        #expect(frames.allSatisfy { $0.width == 2 && $0.height == 2 })
        #expect(frames.map(\.off) == [[0, 0.5, 0, 0], [0, 0, 0.5, 0]])
        #expect(frames.map(\.on) == [[0.5, 0, 0, 0], [0, 0, 0, 1]])
        let part = try strip(five, from: 1, to: 3)
        #expect(part.map(\.caption) == ["1 s", "2 s"])
        #expect(
            part.map(\.off) == [[0, 0.5, 0, 0], [0, 0, 0, 0]] && part.map(\.on) == [[0, 0, 0, 0], [0, 0, 0, 1]])
        let one = try strip([event(7, 0, 0)])
        #expect(one.map(\.caption) == ["7 s", "\(readable(7 + 1e-6, digits: 6)) s"] && one.map(\.on) == [[1], [0]])
        let least = try strip([event(0, 0, 0)], frames: 3)
        #expect(least.map(\.caption) == ["0 s", "\(readable(1e-6, digits: 6)) s", "\(readable(2e-6, digits: 6)) s"])
    }

    @Test func spansOutsideOfTheFileAreRefused() throws {
        #expect(message { _ = try strip(five, from: 4.5) }?.contains("ends at 4.0, before --from 4.5") == true)
        #expect(message { _ = try strip(five, to: -1) }?.contains("starts at 0.0, after --to -1.0") == true)
        #expect(try strip(five, from: 4)[0].off == [0, 0, 1, 0] && strip(five, to: 0)[0].on == [1, 0, 0, 0])
    }

    /// Nine of ten pixels that have events are below the full colour.
    @Test func fewNoisyPixelsDoNotFadeTheOthers() throws {
        var events = (0..<18).map { event(0, UInt16($0), 0) }
        events += Array(repeating: event(0, 18, 0), count: 2) + Array(repeating: event(0, 19, 0), count: 8)
        #expect(try strip(events, frames: 1)[0].on == Array(repeating: 0.5, count: 18) + [1, 1])
        #expect(try strip(Array(events.prefix(5)), frames: 1)[0].on == [1, 1, 1, 1, 1])
    }

    @Test func largeSensorsAreAddedUpInBlocks() throws {
        for (side, block) in [(320, 1), (321, 2), (640, 2), (641, 3)] {
            let count = (side + block - 1) / block
            let last = UInt16(side - 1)
            let wide = try strip([event(0, last, 0), event(0, 0, 0)], frames: 1)[0]
            #expect(wide.width == count && wide.height == 1 && wide.on[count - 1] == 1 && wide.on[0] == 1, "\(side)")
            let high = try strip([event(0, 0, last), event(0, 0, last - 1), event(0, 2, 0)], frames: 1)[0]
            let width = (3 + block - 1) / block
            #expect(high.height == count && high.width == width && high.on.count == width * count, "\(side)")
            #expect(high.on[(count - 1) * width] > 0 && high.on[2 / block] > 0, "\(side)")
        }
    }

    @Test func theLowestRowIsDrawnLowest() throws {
        let folder = try TemporaryFolder()
        let header = Array("#!AER-DAT2.0\r\n# AEChip: DVS128\r\n".utf8)
        let path = try folder.file("a.aedat", header + [0, 0, 1, 7, 0, 0, 0, 0])
        let strip = try EventStrip(path, frames: 1, from: nil, to: nil)
        let frame = strip.plot(title: "t").frames[0]
        #expect(frame.height == 128 && frame.on[126 * 128 + 3] == 1 && strip.summary.eventCount == 1)
        #expect(strip.plot(title: "t").note?.hasPrefix("1 event of 128 × 128 pixels; ") == true)
        let none = try folder.file("b.aedat", header)
        #expect(
            message { _ = try EventStrip(none, frames: 1, from: nil, to: nil) }?.contains("has no events to draw")
                == true)
    }

    @Test func spikesAreBars() {
        let values: [Int8] = [1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1]
        let lines = SpikeLines(
            ObservationSpikes(values: values, steps: 3, batch: 2, units: 2), unitNames: ["a", "bcd"])
        #expect(
            lines.text == """
                row 0 of the batch
                a    │··
                bcd  ·│·
                row 1 of the batch
                a    ·│·
                bcd  ··│
                """)
        let one = SpikeLines(
            ObservationSpikes(values: [1, 0, 0, 1], steps: 2, batch: 1, units: 2), unitNames: ["a", "b"])
        #expect(one.text == "a  │·\nb  ·│")
    }

    @Test func longListsOfSpikesAreCut() {
        func lines(steps: Int = 1, batch: Int = 1, units: Int) -> [Substring] {
            let values = [Int8](repeating: 0, count: steps * batch * units)
            let spikes = ObservationSpikes(values: values, steps: steps, batch: batch, units: units)
            return SpikeLines(spikes, unitNames: Array(repeating: "u", count: units)).text.split(separator: "\n")
        }
        #expect(lines(steps: 100, units: 1)[0] == "u  " + String(repeating: "·", count: 100))
        #expect(lines(steps: 101, units: 1)[0] == "u  " + String(repeating: "·", count: 100) + "…")
        #expect(lines(units: 64).count == 64 && lines(units: 64).last == "u  ·")
        #expect(lines(units: 65).count == 65 && lines(units: 65).last == "… and 1 more lines")
        #expect(lines(batch: 2, units: 40).count == 65 && lines(batch: 2, units: 40).last == "… and 18 more lines")
        #expect(lines(batch: 2, units: 31).count == 64 && lines(batch: 2, units: 31).last == "u  ·")
    }

    /// The sum of five Gaussian waves per beat, of breathing and of noise, term by term.
    @Test func theElectrocardiogramIsTheSumOfItsWaves() {
        let random = Philox(seed: 7)
        let signal = Electrocardiogram(seed: 7).signal(seconds: 4, samplingRate: 200)
        #expect(signal.channelCount == 2 && signal.sampleCount == 800 && signal.samplingRate == 200)
        var beats: [(time: Double, length: Double)] = []
        var time = -0.5
        while time < 5 {
            let length =
                (1 + 0.04 * sin(0.5 * .pi * time) + 0.04 * (random.uniform(at: UInt64(beats.count)) - 0.5)) / 1.2
            beats.append((time, length))
            time += length
        }
        let waves = [
            (-0.2, 0.025, 0.15, 0.06), (-0.035, 0.01, -0.12, -0.05), (0, 0.011, 1.2, 0.55),
            (0.035, 0.012, -0.28, -0.45),
            (0.26, 0.05, 0.32, 0.14),
        ]
        for lead in 0..<2 {
            for sample in 0..<800 {
                let time = Double(sample) / 200
                var value = 0.05 * sin(0.5 * .pi * time + Double(lead))
                for beat in beats {
                    for (place, width, first, second) in waves {
                        let distance = (time - beat.time - place * sqrt(beat.length)) / width
                        value += (lead == 0 ? first : second) * exp(-0.5 * distance * distance)
                    }
                }
                let (u, v) = random.uniforms(pair: 4_294_967_296 + UInt64(lead * 800 + sample))
                value += 0.01 * sqrt(-2 * log(1 - u)) * cos(2 * .pi * v)
                #expect(abs(Double(signal[lead, sample]) - value) < 1e-6, "\(lead), \(sample)")
            }
        }
    }
}
