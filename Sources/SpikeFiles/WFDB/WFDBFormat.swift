/// The ways in which WFDB's signal files hold samples.
///
/// Source: "WFDB Applications Guide", signal(5), physionet.org/physiotools/wag/signal-5.htm.
enum WFDBFormat: Int {
    case differences8 = 8
    case signed16 = 16
    case signed24 = 24
    case signed32 = 32
    case bigEndian16 = 61
    case offset8 = 80
    case offset16 = 160
    case packed12 = 212
    case packed10 = 310
    case packed10InWords = 311
    case flac8 = 508
    case flac16 = 516
    case flac24 = 524

    /// The bits of a sample.
    var bits: Int {
        switch self {
        case .differences8, .offset8, .flac8: 8
        case .signed16, .bigEndian16, .offset16, .flac16: 16
        case .signed24, .flac24: 24
        case .signed32: 32
        case .packed12: 12
        case .packed10, .packed10InWords: 10
        }
    }

    /// Whether samples share bytes with others.
    var isPacked: Bool { [.packed12, .packed10, .packed10InWords].contains(self) }

    /// Whether the samples are compressed as FLAC.
    var isCompressed: Bool { rawValue > 500 }

    /// The digital value of samples that were not measured; `nil` if the format has none.
    var invalidValue: Int32? { self == .differences8 ? nil : Int32(truncatingIfNeeded: -1 << (bits - 1)) }

    /// The number of samples that a number of bytes hold.
    func sampleCount(bytes: Int) -> Int {
        let (groups, rest) = bytes.quotientAndRemainder(dividingBy: self == .packed12 ? 3 : 4)
        return switch self {
        case .packed12: 2 * groups + (rest == 2 ? 1 : 0)
        case .packed10: 3 * groups + (rest >= 2 ? 1 : 0)
        case .packed10InWords: 3 * groups + max(0, rest - 1)
        default: bytes / (bits / 8)
        }
    }

    /// Decodes samples that are not compressed; differences stay differences.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of all samples.
    ///   - first: The index of the first sample to decode, a multiple of 12.
    ///   - output: Memory for the samples, at most as many as the bytes hold.
    func decode(_ bytes: [UInt8], from first: Int, into output: UnsafeMutableBufferPointer<Int32>) {
        guard !output.isEmpty else { return }
        bytes.withUnsafeBufferPointer { bytes in
            decode(UnsafeBufferPointer(rebasing: bytes[byteOffset(first)...]), output, output.count)
        }
    }

    /// The position of a sample that is the first of a group that shares bytes.
    private func byteOffset(_ sample: Int) -> Int {
        switch self {
        case .packed12: sample / 2 * 3
        case .packed10, .packed10InWords: sample / 3 * 4
        default: sample * bits / 8
        }
    }

    private func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<Int32>, _ count: Int
    ) {
        func byte(_ index: Int) -> Int32 { index < bytes.count ? Int32(bytes[index]) : 0 }
        func fill(_ sample: (_ index: Int) -> Int32) {
            for index in 0..<count { output.initializeElement(at: index, to: sample(index)) }
        }
        /// The low bits as a number with a sign.
        func signed(_ value: Int32, _ bits: Int32) -> Int32 { (value << (32 - bits)) >> (32 - bits) }
        switch self {
        case .differences8: fill { Int32(Int8(bitPattern: bytes[$0])) }
        case .offset8: fill { Int32(bytes[$0]) - 128 }
        case .signed16:
            let raw = UnsafeRawBufferPointer(bytes)
            fill { Int32(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 &* $0, as: Int16.self))) }
        case .bigEndian16: fill { signed(Int32(bytes[2 * $0 + 1]) | Int32(bytes[2 * $0]) << 8, 16) }
        case .offset16: fill { (Int32(bytes[2 * $0]) | Int32(bytes[2 * $0 + 1]) << 8) - 32_768 }
        case .signed24:
            fill { signed(Int32(bytes[3 * $0]) | Int32(bytes[3 * $0 + 1]) << 8 | Int32(bytes[3 * $0 + 2]) << 16, 24) }
        case .signed32:
            fill { index in
                (0..<4).reduce(0) { $0 | Int32(bytes[4 * index + $1]) << (8 * Int32($1)) }
            }
        case .packed12:
            for pair in 0..<count / 2 {
                let (low, middle, high) = (
                    Int32(bytes[3 * pair]), Int32(bytes[3 * pair + 1]), Int32(bytes[3 * pair + 2])
                )
                output.initializeElement(at: 2 * pair, to: signed(low | middle << 8, 12))
                output.initializeElement(at: 2 * pair + 1, to: signed(high | (middle >> 4) << 8, 12))
            }
            if count % 2 == 1 {
                let start = count / 2 * 3
                output.initializeElement(at: count - 1, to: signed(byte(start) | byte(start + 1) << 8, 12))
            }
        case .packed10:
            fill { index in
                let start = index / 3 * 4
                let (first, second) = (byte(start) | byte(start + 1) << 8, byte(start + 2) | byte(start + 3) << 8)
                return switch index % 3 {
                case 0: signed(first >> 1, 10)
                case 1: signed(second >> 1, 10)
                default: signed(first >> 11 & 31 | (second >> 11 & 31) << 5, 10)
                }
            }
        case .packed10InWords:
            fill { index in
                let start = index / 3 * 4
                let word = byte(start) | byte(start + 1) << 8 | byte(start + 2) << 16 | byte(start + 3) << 24
                return signed(word >> (10 * Int32(index % 3)), 10)
            }
        case .flac8, .flac16, .flac24: preconditionFailure("WFDBFormat: libsndfile reads compressed samples")
        }
    }
}
