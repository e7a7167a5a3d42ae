import Foundation
import TorchTensors

/// The batches of one epoch of `ImageLoader`.
public typealias ImageBatches = PreparedBatches<ImageBatch, any Error>

/// The batches of one epoch of `DetectionLoader`.
public typealias DetectionBatches = PreparedBatches<DetectionBatch, any Error>

/// The batches of one epoch, prepared by background threads while the caller works on earlier batches.
///
/// Only one thread at a time may call `next()`.
///
///     let batches = loader.batches(epoch: 0)
///     while let batch = try batches.next() { … }
///
/// Releasing the last reference stops the background threads and waits until they have stopped.
public final class PreparedBatches<Batch: Sendable, Failure: Error> {
    private let queue: Queue

    init(
        from first: Int, to end: Int, threadCount: Int, batchesAhead: Int,
        _ prepare: @escaping @Sendable (Int) throws(Failure) -> Batch
    ) {
        precondition(threadCount >= 1, "PreparedBatches: threads must be >= 1, got \(threadCount)")
        precondition(batchesAhead >= 1, "PreparedBatches: batches ahead must be >= 1, got \(batchesAhead)")
        queue = Queue(from: first, to: end, batchesAhead: batchesAhead, prepare)
        let queue = queue
        for _ in 0..<min(threadCount, batchesAhead, max(end - first, 0)) {
            queue.threadStarts()
            Thread.detachNewThread { queue.work() }
        }
    }

    deinit { queue.stop() }

    /// Returns the next batch, waiting until it is ready.
    ///
    /// - Returns: The next batch, or `nil` after the last one.
    /// - Throws: The error that occurred while the batch was prepared, for instance `TensorError` when memory ran out, or
    ///   `FileError` when an image could not be read.
    public func next() throws(Failure) -> Batch? { try queue.next() }

    /// The state that the threads and the caller share. `condition` guards all of it.
    private final class Queue: @unchecked Sendable {
        private let condition = NSCondition()
        /// Prepares one batch. `stop` sets it to `nil`, which releases the images that it reads.
        private var prepare: (@Sendable (Int) throws(Failure) -> Batch)?
        private let end: Int
        private let batchesAhead: Int

        /// The index of the next batch that a thread will prepare, and of the next batch that the caller will receive.
        private var (begun, wanted): (Int, Int)
        private var ready: [Int: Result<Batch, Failure>] = [:]
        private var isStopped = false
        private var threads = 0

        init(
            from first: Int, to end: Int, batchesAhead: Int,
            _ prepare: @escaping @Sendable (Int) throws(Failure) -> Batch
        ) {
            self.prepare = prepare
            self.end = end
            self.batchesAhead = batchesAhead
            (begun, wanted) = (first, first)
        }

        func threadStarts() { condition.withLock { threads += 1 } }

        func work() {
            condition.lock()
            while true {
                while !isStopped, begun < end, begun >= wanted + batchesAhead { condition.wait() }
                guard !isStopped, begun < end, let prepare else { break }
                let batch = begun
                begun += 1
                condition.unlock()
                let outcome = Result { () throws(Failure) in try prepare(batch) }
                condition.lock()
                if !isStopped { ready[batch] = outcome }
                condition.broadcast()
            }
            threads -= 1
            condition.broadcast()
            condition.unlock()
        }

        func next() throws(Failure) -> Batch? {
            condition.lock()
            if wanted >= end {
                condition.unlock()
                return nil
            }
            while ready[wanted] == nil { condition.wait() }
            let outcome = ready.removeValue(forKey: wanted)!
            wanted += 1
            condition.broadcast()
            condition.unlock()
            return try outcome.get()
        }

        func stop() {
            condition.lock()
            isStopped = true
            ready = [:]
            condition.broadcast()
            while threads > 0 { condition.wait() }
            prepare = nil
            condition.unlock()
        }
    }
}
