import Foundation

/// Times `memcpy` over two blocks of 256 MiB, which is more than any cache holds, in this process.
///
/// `memcpy` is the speed limit for code that only moves data. Its time also shows whether another program used the
/// machine during one of two runs.
public func reportMemoryCopy(threads: Int) throws {
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
    var line = Measurement(
        "limit/memcpy", timing, work: 2 * size, unit: "bytes", threads: threads, library: "C library")
    line.bytes = 2 * size
    try line.report()
}
