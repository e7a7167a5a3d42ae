import TorchTensors

/// Numbers that are spread evenly over a range, all different and in no order; the same on every run.
public func spread(_ count: Int, _ range: ClosedRange<Double> = -2...2, salt: Int = 0) -> [Double] {
    // Multiples of the golden ratio, modulo 1.
    (0..<count).map { index in
        let position = (Double(index + 1 + 1000 * salt) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
        return range.lowerBound + position * (range.upperBound - range.lowerBound)
    }
}

/// A float64 tensor of such numbers.
public func spreadTensor(
    _ shape: [Int], _ range: ClosedRange<Double> = -2...2, salt: Int = 0
) throws(TensorError) -> Tensor {
    try Tensor(spread(shape.reduce(1, *), range, salt: salt), shape: shape)
}
