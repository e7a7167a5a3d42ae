/// The samples of one signal file, which are decoded part by part.
struct WFDBContent {
    /// The samples, or the bytes that hold them.
    enum Source {
        case samples([Int32])
        case bytes([UInt8])
    }

    let format: WFDBFormat
    let source: Source
    /// The number of samples of all signals in a frame.
    let samplesPerFrame: Int
    /// The number of frames.
    let frameCount: Int

    /// Parts begin at multiples of this number of frames, so that no two parts share a byte.
    static let grain = 12

    /// Gives the samples of some frames, frame after frame; differences stay differences.
    ///
    /// - Parameter frames: Frames from a multiple of `grain` on.
    func withSamples(of frames: Range<Int>, _ body: (UnsafeBufferPointer<Int32>) -> Void) {
        let range = frames.lowerBound * samplesPerFrame..<frames.upperBound * samplesPerFrame
        switch source {
        case .samples(let samples):
            samples.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
        case .bytes(let bytes):
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: range.count) { samples in
                format.decode(bytes, from: range.lowerBound, into: samples)
                body(UnsafeBufferPointer(samples))
            }
        }
    }
}
