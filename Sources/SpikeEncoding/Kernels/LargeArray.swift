#if canImport(Glibc)
    import Glibc
#endif

extension Array {
    /// Creates an array that `initialize` fills wholly. On Linux, the memory of large arrays is in huge pages where the
    /// system allows them: a recording of some million samples otherwise takes longer to get its pages than to be decoded.
    ///
    /// - Parameters:
    ///   - count: The number of elements.
    ///   - initialize: Initializes all elements of the memory that it is given.
    package init(large count: Int, initialize: (UnsafeMutableBufferPointer<Element>) throws -> Void) rethrows {
        try self.init(unsafeUninitializedCapacity: count) { buffer, written in
            let whole = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            #if canImport(Glibc)
                adviseHugePages(UnsafeMutableRawBufferPointer(whole))
            #endif
            try initialize(whole)
            written = count
        }
    }
}

#if canImport(Glibc)
    /// Asks for huge pages for memory that has not been touched yet. A refusal is of no consequence.
    private func adviseHugePages(_ memory: UnsafeMutableRawBufferPointer) {
        let page = 4096
        guard let start = memory.baseAddress, memory.count >= 4 << 20 else { return }
        let padding = (page - Int(bitPattern: start) % page) % page
        _ = madvise(start + padding, (memory.count - padding) / page * page, Int32(MADV_HUGEPAGE))
    }
#endif
