/// Convolves a spike train with a filter.
///
///     y[t] = Σₖ taps[k] · s[t − delay − k],  s = 1 for a spike of either sign, else 0
///
/// - Parameters:
///   - spikes: The spikes, one per step.
///   - taps: The taps of the filter.
///   - delay: The delay of the filter, in steps. If it is below 0, the filter acts ahead of the spikes.
///   - output: Memory for one value per step.
///   - map: A function that is applied to each sum before it is written.
@inline(__always)
func filter(
    _ spikes: UnsafeBufferPointer<Int8>, taps: [Float], delay: Int, into output: UnsafeMutablePointer<Float>,
    _ map: (Float) -> Float
) {
    let (count, width) = (spikes.count, 32)
    // Zeros on both sides keep every window of the filter and every vector inside the memory.
    let lead = taps.count + max(0, delay)
    let padded = [Float](unsafeUninitializedCapacity: lead + count + max(0, -delay) + width) { padded, length in
        padded.initialize(repeating: 0)
        for t in 0..<count { padded[lead &+ t] = spikes[t] == 0 ? 0 : 1 }
        length = padded.count
    }
    padded.withUnsafeBytes { padded in
        taps.withUnsafeBufferPointer { taps in
            for start in stride(from: 0, to: count, by: width) {
                var (first, second) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
                var position = (lead &+ start &- delay) &* 4
                for k in 0..<taps.count {
                    let tap = SIMD16(repeating: taps[k])
                    first += tap * padded.loadUnaligned(fromByteOffset: position, as: SIMD16<Float>.self)
                    second += tap * padded.loadUnaligned(fromByteOffset: position &+ 64, as: SIMD16<Float>.self)
                    position &-= 4
                }
                let left = count &- start
                for lane in 0..<min(16, left) { output[start &+ lane] = map(first[lane]) }
                for lane in 0..<max(0, min(16, left &- 16)) { output[start &+ 16 &+ lane] = map(second[lane]) }
            }
        }
    }
}
