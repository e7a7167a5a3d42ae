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

    /// Gives the samples of some frames as they are in the file, if they are whole numbers of 16 bits in the byte order
    /// of this machine; `nil` otherwise.
    func withWords<Result>(of frames: Range<Int>, _ body: (UnsafeBufferPointer<Int16>) -> Result) -> Result? {
        guard format == .signed16, case .bytes(let bytes) = source, Int16(littleEndian: 1) == 1 else { return nil }
        return bytes.withUnsafeBytes { bytes in
            let range = 2 * frames.lowerBound * samplesPerFrame..<2 * frames.upperBound * samplesPerFrame
            return UnsafeRawBufferPointer(rebasing: bytes[range]).withMemoryRebound(to: Int16.self) { body($0) }
        }
    }

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
