import SpikeKernels

/// A codec that can encode 16 channels at once, one per SIMD lane.
///
/// Lanes write signs, so graded codecs cannot have them.
protocol LaneCodec: ChannelwiseCodec where Channel.Spike == Int8 {
    associatedtype Lanes: LaneEncoder

    /// Whether the codec's parameters allow lanes.
    var hasLanes: Bool { get }

    /// The encoder of 16 channels from `firstChannel` on, whose first samples are `first`.
    ///
    /// - Parameter ranges: The ranges of these channels, if the codec needs them.
    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> Lanes
}

extension LaneCodec {
    var hasLanes: Bool { true }

    /// Jobs of 32 channels in lanes if that leaves work for every thread, otherwise of 16, and the rest one by one.
    func jobs(_ signal: Signal, threads: Int) -> [Range<Int>] {
        // Lanes take the recording's zero for 0.
        let inLanes = hasLanes && signal.channelOffsets.isEmpty
        let channelCount = signal.channelCount
        let widest = channelCount < 32 * threads ? 16 : 32
        var jobs: [Range<Int>] = []
        var channel = 0
        while channel < channelCount {
            let left = channelCount - channel
            let size = !inLanes || left < 16 ? 1 : left < 32 ? 16 : widest
            jobs.append(channel..<channel + size)
            channel += size
        }
        return jobs
    }

    func encode(
        _ job: Range<Int>, of signal: Signal, knownRanges: [ValueRange]?, into spikes: UnsafeMutablePointer<Int8>
    ) throws(CodecError) -> [ValueRange] {
        guard job.count > 1 else {
            return try encodeChannel(job.lowerBound, of: signal, knownRanges: knownRanges, into: spikes)
        }
        let samples = signal.sampleCount
        var ranges: [ValueRange] = []
        for channel in job {
            if let range = try range(ofChannel: channel, in: signal, known: knownRanges) { ranges.append(range) }
        }
        var groups = stride(from: 0, to: job.count, by: 16).map { offset in
            var first = SIMD16<Float>.zero
            for lane in 0..<16 { first[lane] = signal.values[(job.lowerBound + offset + lane) * samples] }
            return lanes(
                firstChannel: job.lowerBound + offset, ranges: Array(ranges.dropFirst(offset).prefix(16)), first: first)
        }
        let failure: CodecError? = signal.values.withUnsafeBufferPointer { all in
            let row = job.lowerBound * samples
            for start in stride(from: 0, to: samples, by: blockLength) {
                let length = min(blockLength, samples - start)
                let areFinite = groups.withUnsafeMutableBufferPointer { groups in
                    Lanes.encode(
                        groups, rows: all.baseAddress! + row + start, rowStride: samples, count: length,
                        into: spikes + row + start)
                }
                if !areFinite { return signal.firstNotFinite(job, start..<start + length) }
            }
            return nil
        }
        if let failure { throw failure }
        return ranges
    }
}

extension PerChannel<Float> {
    /// The values of 16 channels.
    func lanes(from channel: Int) -> SIMD16<Float> { SIMD16((0..<16).map { self[channel + $0] }) }
}
