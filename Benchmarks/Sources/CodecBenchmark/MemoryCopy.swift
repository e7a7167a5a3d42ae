import Foundation

/// Bytes read and written a second by `memcpy` over as many bytes as a codec reads and writes, on so many threads.
func memoryCopyBandwidth(bytes: Int, threads: Int) -> Double {
    let half = max(bytes / 2 / threads, 64)
    let source = UnsafeMutableRawPointer.allocate(byteCount: half * threads, alignment: 64)
    let target = UnsafeMutableRawPointer.allocate(byteCount: half * threads, alignment: 64)
    defer {
        source.deallocate()
        target.deallocate()
    }
    memset(source, 1, half * threads)
    nonisolated(unsafe) let (from, to) = (source, target)
    let timing = Timing {
        if threads == 1 {
            memcpy(to, from, half)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                memcpy(to + thread * half, from + thread * half, half)
            }
        }
    }
    return Double(2 * half * threads) / timing.least
}
