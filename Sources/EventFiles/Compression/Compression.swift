import CLZ4
import CZstd

/// The ways in which packets of AEDAT 4 are compressed.
enum Compression: Int32 {
    case none = 0
    case lz4 = 1
    case lz4High = 2
    case zstd = 3
    case zstdHigh = 4

    /// Decompresses a frame.
    ///
    /// The memory that it takes follows from the size of the frame, not from what the frame claims.
    ///
    /// - Returns: The bytes; `nil` if the frame is damaged, or larger than events can be after decompression.
    func decompress(_ frame: UnsafeRawBufferPointer) -> [UInt8]? {
        // Events differ in their times, so that no packet of them shrinks to a thousandth.
        let limit = frame.count * 1000 + (1 << 16)
        switch self {
        case .none: return Array(frame)
        case .lz4, .lz4High: return Self.lz4(frame, limit: limit)
        case .zstd, .zstdHigh: return Self.zstd(frame, limit: limit)
        }
    }

    /// Decompresses in steps until `step` says that the frame has ended.
    ///
    /// - Parameter step: Decompresses into the memory that it gets. Returns the number of bytes, and whether there are
    ///   more to come; `nil` for a damaged frame.
    private static func collect(
        limit: Int, _ step: (UnsafeMutableRawBufferPointer) -> (count: Int, isMoreToCome: Bool)?
    ) -> [UInt8]? {
        var result: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            guard let (count, isMoreToCome) = part.withUnsafeMutableBytes(step) else { return nil }
            result += part[..<count]
            if !isMoreToCome { return result }
            // Without progress, the frame was cut short.
            if count == 0 || result.count > limit { return nil }
        }
    }

    private static func lz4(_ frame: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        var context: OpaquePointer?
        guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else { return nil }
        defer { LZ4F_freeDecompressionContext(context) }
        var consumed = 0
        return collect(limit: limit) { output in
            var (outputSize, inputSize) = (output.count, frame.count - consumed)
            let hint = LZ4F_decompress(
                context, output.baseAddress, &outputSize, frame.baseAddress.map { $0 + consumed }, &inputSize, nil)
            guard LZ4F_isError(hint) == 0 else { return nil }
            consumed += inputSize
            return (outputSize, hint != 0)
        }
    }

    private static func zstd(_ frame: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        guard let context = ZSTD_createDCtx() else { return nil }
        defer { ZSTD_freeDCtx(context) }
        // The header of the frame says how much memory the library takes. 8 MiB is what usual settings need.
        let windowBits = min(27, max(23, Int.bitWidth - limit.leadingZeroBitCount))
        guard ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowBits))) == 0 else {
            return nil
        }
        var input = ZSTD_inBuffer(src: frame.baseAddress, size: frame.count, pos: 0)
        return collect(limit: limit) { memory in
            var output = ZSTD_outBuffer(dst: memory.baseAddress, size: memory.count, pos: 0)
            let hint = ZSTD_decompressStream(context, &output, &input)
            guard ZSTD_isError(hint) == 0 else { return nil }
            return (output.pos, hint != 0)
        }
    }

    /// Compresses bytes into one frame of LZ4.
    static func lz4(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: LZ4F_compressFrameBound(bytes.count, nil)) { output, count in
            count = LZ4F_compressFrame(output.baseAddress, output.count, bytes, bytes.count, nil)
            precondition(LZ4F_isError(count) == 0, "LZ4: a frame does not fit the bound that the library gave")
        }
    }
}
