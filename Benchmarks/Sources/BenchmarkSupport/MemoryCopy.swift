import Foundation

/// Bytes read and written a second by `memcpy` on so many threads, over two blocks of 256 MiB: more than any cache.
public func memoryCopyBandwidth(threads: Int) -> Double {
    let size = 256 << 20
    let part = size / threads
    let source = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    let target = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    defer {
        source.deallocate()
        target.deallocate()
    }
    memset(source, 1, size)
    nonisolated(unsafe) let (from, to) = (source, target)
    let timing = Timing {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            memcpy(to + thread * part, from + thread * part, part)
        }
    }
    return Double(2 * size) / timing.least
}
