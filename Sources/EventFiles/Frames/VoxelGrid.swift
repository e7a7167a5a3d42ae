/// Events as a grid of time and pixels: each event gives its polarity, +1 or −1, to the two time steps next to it, the
/// nearer one more.
///
/// V(b, y, x) = Σ p · max(0, 1 − |b − (B − 1)(t − t₀)/(t₁ − t₀)|), where t₀ and t₁ are the times of the earliest and the
/// latest event. The sum of the grid is the number of ON events minus that of OFF events, up to rounding.
///
/// Source: A. Z. Zhu, L. Yuan, K. Chaney, K. Daniilidis, CVPR 2019, doi:10.1109/CVPR.2019.00108.
public struct VoxelGrid: Sendable, Hashable {
    /// The size of the sensor.
    public let size: SensorSize

    /// The number of time steps, B.
    public let bins: Int

    /// The values, `[bins, rows, columns]` in C order.
    public let values: [Float]

    /// Adds up events.
    ///
    /// - Parameters:
    ///   - recording: The events.
    ///   - bins: The number of time steps, B. Traps unless it is above 0.
    /// - Throws: `EventFrameError` if the grid does not fit into memory.
    public init(of recording: EventRecording, bins: Int) throws(EventFrameError) {
        precondition(bins > 0, "VoxelGrid: bins must be > 0, got \(bins)")
        let (width, height) = (recording.size.width, recording.size.height)
        let plane = width * height
        var values = [Float](repeating: 0, count: try EventFrameError.check(UInt64(bins), UInt64(plane)))
        let span = TimeSpan(recording)
        let scale = span.map { $0.length > 0 ? Double(bins - 1) / Double($0.length) : 0 } ?? 0
        for index in 0..<recording.count {
            let place = Double(span!.offset(recording.times[index])) * scale
            let bin = min(bins - 1, Int(place))
            let share = Float(place - Double(bin))
            let polarity: Float = recording.isOn[index] ? 1 : -1
            let pixel = Int(recording.ys[index]) * width + Int(recording.xs[index])
            values[bin * plane + pixel] += polarity * (1 - share)
            if bin + 1 < bins { values[(bin + 1) * plane + pixel] += polarity * share }
        }
        self.values = values
        self.bins = bins
        size = recording.size
    }
}
