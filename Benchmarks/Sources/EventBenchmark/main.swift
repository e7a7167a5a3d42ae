import BenchmarkSupport
import EventFiles
import Foundation

// usage: event-benchmark [--quick]
//
// Times the reading of event files part by part on one thread, in the same process as memcpy. The events are those of a
// sensor of 1,280 × 720 pixels with moving edges, so that EVT3 has single events and vectors. `bytes` is the size of the
// file and 13 per event, which must be read and written. Prints lines of JSON.

/// Writes a file in DAT, which SpikeKit only reads.
func writeDAT(_ recording: EventRecording, to path: String) throws {
    var bytes = Data("% Version 2\n% Width 1280\n% Height 720\n".utf8) + [12, 8]
    bytes.reserveCapacity(bytes.count + 8 * recording.count)
    for index in 0..<recording.count {
        let event = recording[index]
        let address = UInt32(event.x) | UInt32(event.y) << 14 | (event.isOn ? 1 << 28 : 0)
        let record = UInt64(UInt32(event.time)) | UInt64(address) << 32
        withUnsafeBytes(of: record.littleEndian) { bytes.append(contentsOf: $0) }
    }
    try bytes.write(to: URL(fileURLWithPath: path))
}

let count = Timing.isQuick ? 100_000 : 20_000_000
var (times, xs, ys, isOn): ([Int64], [UInt16], [UInt16], [Bool]) = ([], [], [], [])
var random: UInt64 = 1
while times.count < count {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let bits = random >> 33
    // One in four is an edge of eight neighbours.
    let length = bits & 3 == 0 ? 8 : 1
    for step in 0..<length {
        times.append(Int64(times.count / 50))
        xs.append(UInt16((bits >> 3) % 1270) + UInt16(step))
        ys.append(UInt16((bits >> 15) % 720))
        isOn.append(bits & 4 == 0)
    }
}
let recording = EventRecording(times: times, xs: xs, ys: ys, isOn: isOn)
let folder = FileManager.default.temporaryDirectory.appending(path: "event-benchmark-\(UUID().uuidString)").path
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

try reportMemoryCopy(threads: 1)
for (name, file) in [("evt3", "a.raw"), ("dat", "a.dat"), ("npy", "a.npy"), ("aedat4", "a.aedat4")] {
    let path = "\(folder)/\(file)"
    if name == "dat" { try writeDAT(recording, to: path) } else { try EventFile.write(recording, to: path) }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    let timing = try Timing {
        let reader = try EventReader(path)
        var found = 0
        while let part = try reader.next() { found += part.count }
        precondition(found == recording.count)
    }
    var line = Measurement("events/\(name)/read", timing, work: recording.count, unit: "events")
    line.bytes = size + 13 * recording.count
    try line.report()
}
