import EventFiles
import FileTestSupport
import Testing

@Suite struct FrameTests {
    private let events = EventRecording(
        [
            Event(time: 1000, x: 0, y: 0, isOn: true), Event(time: 1499, x: 0, y: 0, isOn: true),
            Event(time: 1500, x: 1, y: 0, isOn: false), Event(time: 2000, x: 2, y: 1, isOn: true),
        ])

    @Test func framesByTime() throws {
        let frames = try EventFrames(of: events, duration: 500)
        #expect(frames.frameCount == 3)
        #expect(frames.startTimes == [1000, 1500, 2000])
        #expect(frames[frame: 0, isOn: true, x: 0, y: 0] == 2)
        #expect(frames[frame: 1, isOn: false, x: 1, y: 0] == 1)
        #expect(frames[frame: 2, isOn: true, x: 2, y: 1] == 1)
    }

    @Test func framesByNumber() throws {
        let frames = try EventFrames(of: events, frames: 2)
        #expect(frames.startTimes == [1000, 1501])
        #expect(frames[frame: 0, isOn: true, x: 0, y: 0] == 2)
        #expect(frames[frame: 0, isOn: false, x: 1, y: 0] == 1)
        #expect(frames[frame: 1, isOn: true, x: 2, y: 1] == 1)
    }

    @Test func framesByCount() throws {
        let frames = try EventFrames(of: events, eventCount: 3)
        #expect(frames.frameCount == 2)
        #expect(frames.startTimes == [1000, 2000])
        #expect(frames.counts.reduce(0, +) == 4)
        #expect(frames[frame: 1, isOn: true, x: 2, y: 1] == 1)
    }

    @Test func noEventIsLost() throws {
        print("frames: seed \(Examples.seed)")
        let recording = Examples.recording(count: 5000, width: 40, start: -5_000, seed: Examples.seed)
        for frames in [
            try EventFrames(of: recording, duration: 777), try EventFrames(of: recording, frames: 13),
            try EventFrames(of: recording, eventCount: 49), try EventFrames(of: recording, eventCount: 5000),
        ] {
            #expect(frames.counts.reduce(0, +) == 5000)
            #expect(frames.counts.count == frames.frameCount * 2 * 40 * 40)
            let on = (0..<frames.frameCount).reduce(0) { sum, frame in
                sum + frames.counts[(2 * frame + 1) * 1600..<(2 * frame + 2) * 1600].reduce(0, +)
            }
            #expect(Int(on) == recording.isOn.count { $0 })
        }
        let grid = try VoxelGrid(of: recording, bins: 5)
        let difference = recording.isOn.reduce(0) { $0 + ($1 ? 1 : -1) }
        #expect(abs(grid.values.reduce(0) { $0 + Double($1) } - Double(difference)) < 0.01)
    }

    @Test func voxelsShareTheirEvents() throws {
        let grid = try VoxelGrid(of: events, bins: 3)
        #expect(grid.values.count == 3 * 2 * 3)
        // Time 1,499 is at 0.998, so that step 0 gets 0.002 of it.
        #expect(abs(grid.values[0] - 1.002) < 1e-6 && abs(grid.values[6] - 0.998) < 1e-6)
        #expect(grid.values[7] == -1)
        #expect(grid.values[12 + 5] == 1)
        #expect(try VoxelGrid(of: events, bins: 1).values == [2, -1, 0, 0, 0, 1])
    }

    @Test func surfacesDecay() throws {
        let surface = try TimeSurface(of: events, decay: 500)
        #expect(abs(surface.values[6] - 0.36723) < 1e-4)  // exp(−501/500)
        #expect(abs(surface.values[1] - 0.36788) < 1e-4)  // exp(−1)
        #expect(surface.values[6 + 5] == 1)
        #expect(surface.values[0] == 0)
        let earlier = try TimeSurface(of: events, at: 1499, decay: 500)
        #expect(earlier.values == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    }

    @Test func noEventsGiveNoFrames() throws {
        let none = EventRecording(size: SensorSize(width: 2, height: 2))
        #expect(try EventFrames(of: none, duration: 5).frameCount == 0)
        #expect(try EventFrames(of: none, eventCount: 5).frameCount == 0)
        #expect(try EventFrames(of: none, frames: 2).counts == Array(repeating: 0, count: 16))
        #expect(try VoxelGrid(of: none, bins: 2).values == Array(repeating: 0, count: 8))
        #expect(try TimeSurface(of: none, decay: 1).values == Array(repeating: 0, count: 8))
    }

    @Test func tooManyFramesAreRefused() throws {
        let long = EventRecording(
            [Event(time: .min, x: 0, y: 0, isOn: true), Event(time: .max, x: 5, y: 5, isOn: true)])
        #expect(message { _ = try EventFrames(of: long, duration: 1) }?.contains("do not fit into memory") == true)
        #expect(try EventFrames(of: long, frames: 4).counts.reduce(0, +) == 2)
    }
}
