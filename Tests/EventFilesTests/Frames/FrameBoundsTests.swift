import ArrayFiles
import Testing

@testable import EventFiles

/// The count of a pixel of a sensor of 2 × 2 pixels, in the second of two frames.
private func pixel(_ x: Int, _ y: Int) throws -> UInt32 {
    let events = [Event(time: 0, x: 1, y: 1, isOn: true), Event(time: 1, x: 1, y: 1, isOn: true)]
    return try EventFrames(of: EventRecording(events), duration: 1)[frame: 1, isOn: false, x: x, y: y]
}

@Suite struct FrameBoundsTests {
    private let ramp = EventRecording((0..<4).map { Event(time: 10 + $0, x: UInt16($0), y: 1, isOn: $0 % 2 == 0) })

    private func framesOf(_ frames: EventFrames, _ recording: EventRecording) -> [Int?] {
        (0..<recording.count).map { index in
            let event = recording[index]
            return (0..<frames.frameCount).first {
                frames[frame: $0, isOn: event.isOn, x: Int(event.x), y: Int(event.y)] > 0
            }
        }
    }

    @Test func framesShareTheTimeEqually() throws {
        for (count, starts, places) in [
            (1, [10], [0, 0, 0, 0]), (2, [10, 12], [0, 0, 1, 1]), (3, [10, 12, 13], [0, 0, 1, 2]),
            (4, [10, 11, 12, 13], [0, 1, 2, 3]), (5, [10, 11, 12, 13, 14], [0, 1, 2, 3]),
        ] as [(Int, [Int64], [Int])] {
            let frames = try EventFrames(of: ramp, frames: count)
            #expect(frames.startTimes == starts, "\(count)")
            // The latest of five frames has no event: each of four microseconds lies in a frame of its own.
            #expect(framesOf(frames, ramp) == places.map(Optional.some), "\(count)")
            #expect(frames.counts.count == count * 2 * 2 * 4)
        }
        for (duration, starts, places) in [
            (1, [10, 11, 12, 13], [0, 1, 2, 3]), (2, [10, 12], [0, 0, 1, 1]), (3, [10, 13], [0, 0, 0, 1]),
            (4, [10], [0, 0, 0, 0]), (.max, [10], [0, 0, 0, 0]),
        ] as [(Int64, [Int64], [Int])] {
            let frames = try EventFrames(of: ramp, duration: duration)
            #expect(frames.startTimes == starts && framesOf(frames, ramp) == places.map(Optional.some), "\(duration)")
        }
        for (count, starts) in [(1, [10, 11, 12, 13]), (2, [10, 12]), (3, [10, 13]), (4, [10]), (5, [10])] {
            #expect(try EventFrames(of: ramp, eventCount: count).startTimes == starts.map { Int64($0) }, "\(count)")
        }
    }

    @Test func pixelsHaveTheirPlaces() throws {
        let frames = try EventFrames(of: ramp, duration: 2)
        // Frames, OFF and ON, rows, columns.
        var expected = [UInt32](repeating: 0, count: 2 * 2 * 2 * 4)
        for (frame, isOn, column) in [(0, 1, 0), (0, 0, 1), (1, 1, 2), (1, 0, 3)] {
            expected[((2 * frame + isOn) * 2 + 1) * 4 + column] = 1
        }
        #expect(frames.counts == expected && frames.size == SensorSize(width: 4, height: 2))
        #expect(frames[frame: 1, isOn: false, x: 3, y: 1] == 1 && frames[frame: 1, isOn: true, x: 3, y: 1] == 0)
    }

    @Test func voxelsLieBetweenTheFirstAndTheLastEvent() throws {
        let close = EventRecording([
            Event(time: 7, x: 0, y: 0, isOn: true), Event(time: 8, x: 1, y: 0, isOn: false),
        ])
        #expect(try VoxelGrid(of: close, bins: 3).values == [1, 0, 0, 0, 0, -1])
        #expect(try VoxelGrid(of: close, bins: 3).bins == 3)
        let same = EventRecording([Event(time: 7, x: 0, y: 0, isOn: true), Event(time: 7, x: 0, y: 0, isOn: true)])
        #expect(try VoxelGrid(of: same, bins: 3).values == [2, 0, 0])
        let quarter = EventRecording([0, 1, 4].map { Event(time: $0, x: 0, y: 0, isOn: true) })
        #expect(try VoxelGrid(of: quarter, bins: 2).values == [1.75, 1.25])
        #expect(try VoxelGrid(of: quarter, bins: 3).values == [1.5, 0.5, 1])
    }

    @Test func surfacesTakeTheLatestEvent() throws {
        let back = EventRecording([5, 9, 7, 12].map { Event(time: $0, x: 0, y: 0, isOn: false) })
        #expect(try TimeSurface(of: back, at: 9, decay: 2).values == [1, 0])
        #expect(try TimeSurface(of: back, at: 11, decay: 2).values[0] == Float(0.36787944117144233))
        #expect(try TimeSurface(of: back, at: 4, decay: 2).values == [0, 0])
        #expect(try TimeSurface(of: back, decay: 2).values == [1, 0])
        #expect(try TimeSurface(of: ramp, decay: 2).size == SensorSize(width: 4, height: 2))
    }

    @Test func memoryIsLimited() throws {
        let most = UInt64(physicalMemory) / 16
        #expect(try EventFrameError.check(1, most) == most)
        #expect(try EventFrameError.check(most, 1) == most)
        #expect(throws: EventFrameError.self) { try EventFrameError.check(1, most + 1) }
        #expect(throws: EventFrameError.self) { try EventFrameError.check(1 << 33, 1 << 33) }
        #expect(try EventFrameError.check(0, .max) == 0)
    }

    @Test func valuesThatMakeNoSenseAreRefused() async {
        let one = EventRecording([Event(time: 0, x: 0, y: 0, isOn: true)])
        #expect((try? EventFrames(of: one, duration: 1).frameCount) == 1)
        #expect((try? EventFrames(of: one, eventCount: 1).frameCount) == 1)
        await #expect(processExitsWith: .failure) { _ = try EventFrames(of: EventRecording(), duration: 0) }
        await #expect(processExitsWith: .failure) { _ = try EventFrames(of: EventRecording(), frames: 0) }
        await #expect(processExitsWith: .failure) { _ = try EventFrames(of: EventRecording(), eventCount: 0) }
        await #expect(processExitsWith: .failure) { _ = try VoxelGrid(of: EventRecording(), bins: 0) }
        await #expect(processExitsWith: .failure) { _ = try TimeSurface(of: EventRecording(), decay: 0) }
        await #expect(processExitsWith: .failure) { _ = try TimeSurface(of: EventRecording(), decay: .infinity) }
        // These pixels would lie in the array of counts, but not on the sensor.
        await #expect(processExitsWith: .failure) { _ = try pixel(2, 0) }
        await #expect(processExitsWith: .failure) { _ = try pixel(-1, 1) }
        await #expect(processExitsWith: .failure) { _ = try pixel(0, 2) }
        await #expect(processExitsWith: .failure) { _ = try pixel(0, -1) }
    }
}
