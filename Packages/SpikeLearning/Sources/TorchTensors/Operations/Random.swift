import Foundation

// Random tensors are drawn on the CPU and then moved to their device, so that every device gets the same numbers.
// Element i in C order takes the number at place i of the stream. To draw a tensor without its first 8 rows, advance
// the stream by the number of elements in 8 rows.

extension Tensor {
    /// Creates a tensor of random numbers that are distributed evenly over a range.
    ///
    /// Each number uses as many random bits as the significand of `dtype` holds, beginning with the leading ones. In 0
    /// ..< 1, the upper bound therefore never occurs, and float32 numbers are truncated float64 numbers. In other
    /// ranges, rounding can give the upper bound.
    /// - Parameters:
    ///   - shape: The length of each dimension.
    ///   - range: The range of the numbers.
    ///   - stream: The source of the random numbers, one per element. The same stream gives the same numbers.
    ///   - dtype: The type of the elements, a floating-point type.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if `dtype` is not a floating-point type, or the bounds of the range or their distance
    ///   are not finite.
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

    /// Creates a tensor of random numbers with a normal distribution.
    ///
    /// The numbers are computed by the method of Box and Muller (1958, doi:10.1214/aoms/1177706645) in double
    /// precision, then rounded: uniform numbers u and v, at an even place of the stream and the place after it, give
    /// r·cos 2πv and r·sin 2πv at these two places, with r = √(−2 ln(1 − u)) ≤ 8.6. The last digit may differ between
    /// systems, as their logarithm, sine and cosine may.
    /// - Parameters:
    ///   - shape: The length of each dimension.
    ///   - mean: The mean of the distribution.
    ///   - standardDeviation: The standard deviation of the distribution, at least 0.
    ///   - stream: The source of the random numbers, one per element. The same stream gives the same numbers.
    ///   - dtype: The type of the elements, a floating-point type.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if `dtype` is not a floating-point type, the mean or standard deviation is not finite,
    ///   or the standard deviation is below 0.
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

    /// Creates a tensor of ones and zeros. An element is 1 if a uniform number in 0 ..< 1 is below its probability. A
    /// probability of 0 therefore never gives 1, and a probability of 1 always does.
    ///
    /// - Parameters:
    ///   - probabilities: The probability of a 1 for each element, in a floating-point type. Values above 1 count as 1;
    ///     values below 0 and NaN count as 0.
    ///   - stream: The source of the random numbers, one per element. The same stream gives the same numbers.
    /// - Returns: A tensor with the shape, type and device of `probabilities`.
    /// - Throws: `TensorError` if `probabilities` does not have a floating-point type.
    public static func bernoulli(
        probabilities: Tensor, from stream: RandomStream
    ) throws(TensorError) -> Tensor {
        let (dtype, device) = (probabilities.dtype, probabilities.device)
        _ = try significandBits(dtype, "bernoulli")
        // The conversion of bfloat16 and float16 to float32 is exact; these types have no `TensorElement`.
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

    /// Creates an int64 tensor of random whole numbers in a range. The probabilities of any two numbers differ by at
    /// most 2^-64.
    ///
    /// - Parameters:
    ///   - shape: The length of each dimension.
    ///   - range: The range of the numbers.
    ///   - stream: The source of the random numbers, one per element. The same stream gives the same numbers.
    ///   - device: The device that stores the tensor.
    /// - Throws: `TensorError` if the range is empty.
    public static func integers(
        _ shape: [Int], in range: Range<Int>, from stream: RandomStream, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        guard !range.isEmpty else { throw TensorError("integers: the range \(range) is empty") }
        // The subtraction wraps to the right width, even if the width exceeds the largest `Int`.
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

    /// Creates an int64 tensor [count] of the numbers 0 ..< `count` in random order, as given by
    /// `RandomStream.permutation`.
    ///
    /// - Throws: `TensorError` if `count` is below 0.
    public static func permutation(
        _ count: Int, from stream: RandomStream, device: Device = .cpu
    ) throws(TensorError) -> Tensor {
        guard count >= 0 else { throw TensorError("permutation: the count must be >= 0, got \(count)") }
        return try Tensor(sharing: stream.permutation(count), shape: [count]).to(device)
    }

    /// Returns the number of bits in the significand of a floating-point type.
    ///
    /// - Throws: `TensorError` if `dtype` is not a floating-point type.
    private static func significandBits(_ dtype: DType, _ operation: String) throws(TensorError) -> Int {
        switch dtype {
        case .float64: return 53
        case .float32: return 24
        case .float16: return 11
        case .bfloat16: return 8
        default: throw TensorError("\(operation): a type of floating point is needed, got \(dtype)")
        }
    }

    /// Creates a tensor of random numbers.
    ///
    /// - Parameters:
    ///   - prepare: Changes pairs of random bits in place before `value` is called.
    ///   - value: Converts the bits of one element to its value.
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

/// Replaces each pair of random bits by the bits of a pair of normally distributed `Double`s.
private func makeNormal(_ pairs: UnsafeMutableBufferPointer<UInt64>) {
    for index in stride(from: 0, to: pairs.count, by: 2) {
        let u = Double(pairs[index] >> 11) * 0x1p-53
        let angle = 2 * Double.pi * (Double(pairs[index + 1] >> 11) * 0x1p-53)
        // 1 − u is exact and above 0, so that its logarithm is finite.
        let radius = (-2 * log(1 - u)).squareRoot()
        pairs[index] = (radius * cos(angle)).bitPattern
        pairs[index + 1] = (radius * sin(angle)).bitPattern
    }
}
