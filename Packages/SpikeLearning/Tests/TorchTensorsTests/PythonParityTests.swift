import Foundation
import TestSupport
import Testing
import TorchTensors

/// The same network in Python's torch and here.
@Suite(.leavesNothing, .enabled(if: Python.has("torch"))) struct PythonParityTests {
    /// A convolution, normalisation, pooling and a linear layer: the loss and all gradients, in float64. Both sum the same
    /// terms of order 1, a few hundred at most, perhaps in another order: 1e-12 leaves room for that.
    @Test func aNetworkAndItsGradients() throws {
        let printed = try Python.run(
            """
            import json, torch, torch.nn.functional as F
            def values(shape, salt):
                count = 1
                for length in shape: count *= length
                index = torch.arange(count, dtype=torch.float64)
                return torch.sin(3 * index + 17 * salt + 1).reshape(shape)
            names = [[4, 2, 3, 3], [4], [4], [4], [3, 16]]
            p = [values(shape, salt).requires_grad_() for salt, shape in enumerate(names)]
            x = F.conv2d(values([2, 2, 6, 6], 9), p[0], p[1], padding=1)
            x = F.batch_norm(x, None, None, p[2], p[3], training=True)
            x = F.avg_pool2d(F.silu(x), 3).flatten(1)
            loss = F.cross_entropy(F.linear(x, p[4]), torch.tensor([2, 0]), label_smoothing=0.1)
            loss.backward()
            print(json.dumps([[loss.item()]] + [q.grad.flatten().tolist() for q in p]))
            """)
        let expected = try JSONDecoder().decode([[Double]].self, from: Data(printed.utf8))

        func values(_ shape: [Int], _ salt: Int) throws -> Tensor {
            try (Tensor.arange(shape.reduce(1, *), dtype: .float64) * 3 + Double(17 * salt + 1)).sin().reshaped(shape)
        }
        let shapes = [[4, 2, 3, 3], [4], [4], [4], [3, 16]]
        let p = try shapes.enumerated().map { try values($1, $0).requireGradient() }
        let image = try values([2, 2, 6, 6], 9)
        let normalized = try image.convolution(p[0], p[1], padding: 1)
            .batchNorm(weight: p[2], bias: p[3], runningMean: nil, runningVariance: nil, training: true)
        let loss = try normalized.silu().averagePool2d(kernel: 3).flattened(1).linear(p[4])
            .crossEntropy(Tensor([2, 0]), labelSmoothing: 0.1)
        try loss.backward()

        for (index, tensor) in (try [loss.detached()] + p.map { $0.gradient! }).enumerated() {
            let same = try tensor.flattened().allClose(Tensor(expected[index]), relative: 1e-12, absolute: 1e-12)
            #expect(same, index == 0 ? "the loss" : "the gradient of parameter \(index - 1)")
        }
    }
}
