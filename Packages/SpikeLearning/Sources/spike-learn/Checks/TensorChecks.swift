import TorchTensors

extension SelfCheck {
    /// Checks of operations on small whole numbers, which are exact in every floating-point type, and of a few others.
    static let tensorChecks = [
        SelfCheck(name: "arithmetic") { device in
            let x = try Tensor([1, 2, 3, 4] as [Float], device: device)
            try require((x * x - 1) / 2, [0, 1.5, 4, 7.5])
            try require(Tensor.choose(x > 2, x, -x), [-1, -2, 3, 4])
        },
        SelfCheck(name: "reductions of a view") { device in
            let x = try Tensor.arange(6, dtype: .float32, device: device).reshaped(2, 3).transposed()
            try require(x.sum(1), [3, 5, 7])
            try require(x.maximum(0), [2, 5])
            try require(x.argmax(1), [1, 1, 1])
            try require(x.cumulativeSum(0), [0, 3, 1, 7, 3, 12])
        },
        SelfCheck(name: "indexing") { device in
            let x = try Tensor.arange(12, dtype: .float32, device: device).reshaped(3, 4)
            try require(x.taking(Tensor([2, 0], device: device)), [8, 9, 10, 11, 0, 1, 2, 3])
            try require(x.sliced(1, 1..<4, step: 2), [1, 3, 5, 7, 9, 11])
        },
        SelfCheck(name: "matrix product") { device in
            let a = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3], device: device)
            try require(a.matmul(a.transposed()), [14, 32, 32, 77])
        },
        SelfCheck(name: "convolution") { device in
            let image = try Tensor.arange(9, dtype: .float32, device: device).reshaped(1, 1, 3, 3)
            let sums = try image.convolution(.ones([1, 1, 3, 3], device: device), padding: 1)
            try require(sums, [8, 15, 12, 21, 36, 27, 20, 33, 24])
        },
        SelfCheck(name: "exponentials") { device in
            // float32 rounds to 6e-8 of the result, which is at most 1; an exponential may be off by a few units in the
            // last place.
            let logits = try Tensor([0, 0.6931471805599453, 1.0986122886681098] as [Float], device: device)
            try require(logits.softmax(0), [1.0 / 6, 2.0 / 6, 3.0 / 6], within: 1e-6)
            try require(Tensor([0] as [Float], device: device).sigmoid(), [0.5], within: 1e-6)
        },
        SelfCheck(name: "parallel blocks") { _ in
            let sums = try Tensor.zeros([1000], dtype: .int64)
            try sums.withUnsafeMutableElements(of: Int.self) { (elements) throws(TensorError) in
                nonisolated(unsafe) let elements = elements
                try parallelFor(1000, grain: 7) { range in for index in range { elements[index] += index } }
            }
            try require(sums, (0..<1000).map(Double.init))
        },
        SelfCheck(name: "errors") { device in
            let (a, b) = (try Tensor.zeros([2, 3], device: device), try Tensor.zeros([2, 3], device: device))
            do throws(TensorError) {
                _ = try a.matmul(b)
            } catch {
                if !error.description.contains("\n") { return }
            }
            throw Mismatch(description: "a product of matrices that do not fit is not refused in one line")
        },
    ]
}
