import EventFiles
import Testing

@Suite struct EventRecordingTests {
    @Test func sizesAreThoseOfTheEventsOrLarger() {
        let events = [Event(time: 4, x: 65535, y: 2, isOn: true), Event(time: 5, x: 0, y: 65535, isOn: false)]
        #expect(EventRecording(events).size == SensorSize(width: 65536, height: 65536))
        #expect(EventRecording([events[0]]).size == SensorSize(width: 65536, height: 3))
        #expect(
            EventRecording([events[1]], size: SensorSize(width: 5, height: 7)).size
                == SensorSize(width: 5, height: 65536))
        #expect(EventRecording(size: SensorSize(width: 5, height: 7)).size == SensorSize(width: 5, height: 7))
        #expect(EventRecording().size == SensorSize(width: 0, height: 0) && EventRecording().count == 0)
        #expect(EventRecording(events)[1] == events[1] && EventRecording(events).count == 2)
    }

    @Test func arraysOfDifferentLengthsAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = EventRecording(times: [1], xs: [], ys: [1], isOn: [true]) }
        await #expect(processExitsWith: .failure) { _ = EventRecording(times: [1], xs: [1], ys: [], isOn: [true]) }
        await #expect(processExitsWith: .failure) { _ = EventRecording(times: [1], xs: [1], ys: [1], isOn: []) }
    }

    @Test func sizesThatMakeNoSenseAreRefused() async {
        #expect(SensorSize(width: 65_536, height: 0).width == 65_536)
        #expect(SensorSize(width: 0, height: 65_536).height == 65_536)
        await #expect(processExitsWith: .failure) { _ = SensorSize(width: -1, height: 1) }
        await #expect(processExitsWith: .failure) { _ = SensorSize(width: 65_537, height: 1) }
        await #expect(processExitsWith: .failure) { _ = SensorSize(width: 1, height: -1) }
        await #expect(processExitsWith: .failure) { _ = SensorSize(width: 1, height: 65_537) }
    }
}
