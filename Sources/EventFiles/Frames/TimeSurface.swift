import Foundation

/// How recent the last event of each pixel and polarity is: exp(−(T − t)/τ) for its time t, 0 for pixels without events.
///
/// Source: X. Lagorce, G. Orchard, F. Galluppi, B. E. Shi, R. B. Benosman, IEEE TPAMI 39 (2017),
/// doi:10.1109/TPAMI.2016.2574707.
public struct TimeSurface: Sendable, Hashable {
    /// The size of the sensor.
    public let size: SensorSize

    /// The values from 0 to 1, `[2, rows, columns]` in C order; first those of OFF events, then those of ON events.
    public let values: [Float]

    /// Computes the surface at a time.
    ///
    /// - Parameters:
    ///   - recording: The events, of which those up to `time` count.
    ///   - time: The time T in microseconds; `nil` takes the latest event's.
    ///   - decay: The time constant τ in microseconds. Traps unless it is finite and above 0.
    /// - Throws: `EventFrameError` if the surface does not fit into memory.
    public init(of recording: EventRecording, at time: Int64? = nil, decay: Double) throws(EventFrameError) {
        precondition(decay > 0 && decay.isFinite, "TimeSurface: decay must be finite and > 0 µs, got \(decay)")
        let (width, height) = (recording.size.width, recording.size.height)
        let count = try EventFrameError.check(2, UInt64(width * height))
        let end = time ?? recording.times.max() ?? 0
        var latest = [Int64?](repeating: nil, count: count)
        for index in 0..<recording.count where recording.times[index] <= end {
            let plane = recording.isOn[index] ? 1 : 0
            let pixel = (plane * height + Int(recording.ys[index])) * width + Int(recording.xs[index])
            latest[pixel] = max(latest[pixel] ?? .min, recording.times[index])
        }
        values = latest.map { time in time.map { Float(exp(-(Double(end) - Double($0)) / decay)) } ?? 0 }
        size = recording.size
    }
}
