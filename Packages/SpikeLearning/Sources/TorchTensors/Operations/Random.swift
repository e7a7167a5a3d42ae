import Foundation

// Random tensors are drawn on the CPU and then moved, so that they are the same on every device. Element i in C order
// takes the i-th place of the stream: to draw rows 8 and on alone, advance the stream by 8 rows.

extension Tensor {
    /// Numbers that are spread evenly over a range.
    ///
    /// Each takes as many random bits as the significand of `dtype` holds, its leading ones: so in 0 ..< 1 the upper bound
    /// never occurs, and float32 is float64 cut short. In other ranges rounding can give the upper bound.
    /// - Throws: `TensorError` for a type that is not of floating point, or a range whose bounds or width are not finite.
    public static func uniform(
        _ shape: [Int], in range: Range<Double> = 0..<1, from stream: RandomStream, dtype: DType = .float32,
        device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        let (lower, width) = (range.lowerBound, range.upperBound - range.lowerBound)
        guard lower.isFinite, width.isFinite else {
            throw TensorError("uniform: the bounds must be finite, and so their distance, got \(range)")
        }
        let kept = try significandBits(dtype, "uniform")
        let (unused, scale) = (UInt64(64 - kept), 1 / Double(1 << kept))
        return try drawn(shape, dtype, device, stream) { lower + width * (Double($0 &>> unused) * scale) }
    }

    /// Numbers with the normal distribution.
    ///
    /// By Box and Muller (1958, doi:10.1214/aoms/1177706645) in double precision, then rounded: the uniform numbers u, v
    /// at an even place and the next give r·cos 2πv there and r·sin 2πv next, with r = √(−2 ln(1 − u)) ≤ 8.6. The last
    /// digit may differ between systems, as it does for their logarithm, sine and cosine.
    /// - Throws: `TensorError` for a type that is not of floating point, or a mean or deviation that is not finite, or a
    ///   deviation below 0.
    public static func normal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, from stream: RandomStream,
        dtype: DType = .float32, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        guard mean.isFinite, standardDeviation.isFinite, standardDeviation >= 0 else {
            throw TensorError(
                "normal: the mean must be finite and the standard deviation finite and >= 0, "
                    + "got \(mean) and \(standardDeviation)")
        }
        _ = try significandBits(dtype, "normal")
        return try drawn(shape, dtype, device, stream, prepare: makeNormal) {
            mean + standardDeviation * Double(bitPattern: $0)
        }
    }

    /// Ones where a uniform number in 0 ..< 1 is below the probability, else zeros: so 0 never gives one, and 1 always.
    ///
    /// - Parameter probabilities: Of any shape; above 1 counts as 1, NaN as 0.
    /// - Returns: Of the shape, type and device of `probabilities`.
    /// - Throws: `TensorError` for a type that is not of floating point.
    public static func bernoulli(
        probabilities: Tensor, from stream: RandomStream
    ) throws(TensorError) -> Tensor {
        let (dtype, device) = (probabilities.dtype, probabilities.device)
        _ = try significandBits(dtype, "bernoulli")
        // Exact for the shorter types; LibTorch has no elements of theirs to lend.
        let source = try probabilities.detached().to(.cpu).to(dtype == .float64 ? .float64 : .float32).contiguous()
        let result = try Tensor(unset: source.shape, dtype: source.dtype)
        func draw<Element: TensorElement & BinaryFloatingPoint>(_: Element.Type) throws(TensorError) {
            try source.withUnsafeElements(of: Element.self) { (source) throws(TensorError) in
                try result.withUnsafeMutableElements(of: Element.self) { (result) throws(TensorError) in
                    nonisolated(unsafe) let (source, result) = (source, result)
                    try stream.forEachBits(source.count) { index, bits in
                        result[index] = Double(bits >> 11) * 0x1p-53 < Double(source[index]) ? 1 : 0
                    }
                }
            }
        }
        if dtype == .float64 { try draw(Double.self) } else { try draw(Float.self) }
        return try result.to(dtype).to(device)
    }

    /// Whole numbers of a range, each as likely but for less than one part in 2^64 of the range's width; int64.
    ///
    /// - Throws: `TensorError` for an empty range.
    public static func integers(
        _ shape: [Int], in range: Range<Int>, from stream: RandomStream, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        guard !range.isEmpty else { throw TensorError("integers: the range \(range) is empty") }
        // Wraps to the right width, also where that is beyond Int.
        let width = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
        let tensor = try Tensor(unset: shape, dtype: .int64)
        try tensor.withUnsafeMutableElements(of: Int.self) { (elements) throws(TensorError) in
            nonisolated(unsafe) let elements = elements
            try stream.forEachBits(elements.count) { index, bits in
                let number = bits.multipliedFullWidth(by: width).high
                elements[index] = range.lowerBound &+ Int(truncatingIfNeeded: number)
            }
        }
        return try tensor.to(device)
    }

    /// 0 ..< `count` in random order, [count], int64; as `RandomStream.permutation`.
    public static func permutation(
        _ count: Int, from stream: RandomStream, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        guard count >= 0 else { throw TensorError("permutation: the count must be >= 0, got \(count)") }
        return try Tensor(sharing: stream.permutation(count), shape: [count]).to(device)
    }

    /// How many bits the significand of a type of floating point has.
    private static func significandBits(_ dtype: DType, _ operation: String) throws(TensorError) -> Int {
        switch dtype {
        case .float64: return 53
        case .float32: return 24
        case .float16: return 11
        case .bfloat16: return 8
        default: throw TensorError("\(operation): a type of floating point is needed, got \(dtype)")
        }
    }

    /// - Parameter value: What the bits stand for.
    @inline(__always)
    private static func drawn(
        _ shape: [Int], _ dtype: DType, _ device: Device, _ stream: RandomStream,
        prepare: @Sendable (UnsafeMutableBufferPointer<UInt64>) -> Void = { _ in },
        _ value: @Sendable (UInt64) -> Double
    ) throws(TensorError) -> Tensor {
        func drawn<Element: TensorElement & BinaryFloatingPoint>(_: Element.Type) throws(TensorError) -> Tensor {
            let tensor = try Tensor(unset: shape, dtype: Element.dtype)
            try tensor.withUnsafeMutableElements(of: Element.self) { (elements) throws(TensorError) in
                nonisolated(unsafe) let elements = elements
                try stream.forEachBits(elements.count, prepare: prepare) { elements[$0] = Element(value($1)) }
            }
            return tensor
        }
        let tensor = dtype == .float64 ? try drawn(Double.self) : try drawn(Float.self)
        return try tensor.to(dtype).to(device)
    }
}

/// Pairs of random bits to pairs of normal numbers, as their bits.
private func makeNormal(_ pairs: UnsafeMutableBufferPointer<UInt64>) {
    for index in stride(from: 0, to: pairs.count, by: 2) {
        let u = Double(pairs[index] >> 11) * 0x1p-53
        let angle = 2 * Double.pi * (Double(pairs[index + 1] >> 11) * 0x1p-53)
        // 1 - u is exact and above 0.
        let radius = (-2 * log(1 - u)).squareRoot()
        pairs[index] = (radius * cos(angle)).bitPattern
        pairs[index + 1] = (radius * sin(angle)).bitPattern
    }
}
