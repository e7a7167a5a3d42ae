import TorchTensors

extension SelfCheck {
    static let gradientChecks = [
        SelfCheck(name: "gradients against finite differences") { device in
            // MPS has no float64. Central differences of step h are off by about h² (times a third derivative of some
            // units here) and by the rounding of the sums divided by h.
            let single = device == .mps
            let (dtype, step, tolerance): (DType, Double, Double) =
                single ? (.float32, 1e-2, 5e-3) : (.float64, 1e-5, 1e-8)
            let point = [-1.5, -0.3, 0.4, 1.2]
            func sum(_ x: Tensor) throws -> Tensor { try (x.squared() * x.tanh() + (-x).exp()).sum() }
            func tensor(_ values: [Double]) throws -> Tensor { try Tensor(values).to(dtype).to(device) }

            let x = try tensor(point).requireGradient()
            try sum(x).backward()
            let differences = try point.indices.map { index in
                var (above, below) = (point, point)
                above[index] += step
                below[index] -= step
                return (try sum(tensor(above)).item() - sum(tensor(below)).item()) / (2 * step)
            }
            try require(x.gradient!, differences, within: tolerance)
        },
        SelfCheck(name: "a function of our own in the graph") { device in
            // Spikes with a surrogate gradient: a spike for x ≥ 0, with the gradient 1 / (1 + x²).
            let x = try Tensor([-1, 0, 2] as [Float], device: device).requireGradient()
            let spikes = try withoutGradient { try (x >= 0).to(.float32) }
            try CustomFunction.record("check", inputs: [x], outputs: [spikes], saving: [x]) { saved, gradients in
                [try gradients[0]! / (saved[0].squared() + 1)]
            }
            try (spikes * Tensor([2, 3, 5] as [Float], device: device)).sum().backward()
            try require(spikes, [0, 1, 1])
            try require(x.gradient!, [1, 3, 1], within: 1e-6)
        },
    ]
}
