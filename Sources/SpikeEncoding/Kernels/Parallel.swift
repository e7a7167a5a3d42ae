import Dispatch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The number of processors that this machine has online, which is the default of every parameter `threads`.
public let defaultThreadCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

/// Calls `body` for every index below `count`, on up to `threads` threads at a time.
package func forEachIndex(below count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    precondition(threads >= 1, "threads must be >= 1, got \(threads)")
    let workers = min(threads, count)
    if workers <= 1 {
        for index in 0..<count { body(index) }
    } else {
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            for index in stride(from: worker, to: count, by: workers) { body(index) }
        }
    }
}

/// The results of `body` for every index below `count`, in order; the first error in that order, if there is one.
package func mapIndices<Output: Sendable, Failure: Error>(
    below count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Output
) throws(Failure) -> [Output] {
    var results = [Result<Output, Failure>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let slots = buffer
        forEachIndex(below: count, threads: threads) { index in
            do throws(Failure) {
                slots[index] = .success(try body(index))
            } catch {
                slots[index] = .failure(error)
            }
        }
    }
    var outputs: [Output] = []
    outputs.reserveCapacity(count)
    for case .some(let result) in results { outputs.append(try result.get()) }
    return outputs
}
