import Foundation
import TestSupport
import Testing
import TorchTensors

/// Layers against what Python's torch computed (`Fixtures/layers.py`), in float64. The library below is the same, but sums
/// may be ordered by the machine's vector length: results of order 1 agree to 1e-12 with room to spare.
@Suite(.leavesNothing) struct LayerTests {
    private struct Document: Decodable {
        struct Array: Decodable {
            let shape: [Int]
            let values: [Double]
        }
        let cases: [String: [String: Array]]
    }

    private let document: Document

    init() throws {
        let url = try #require(
            Bundle.module.url(forResource: "layers", withExtension: "json", subdirectory: "Fixtures"))
        document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
    }

    private func check(
        _ name: String, source: SourceLocation = #_sourceLocation,
        _ function: ((String) throws -> Tensor) throws -> Tensor
    ) throws {
        let arrays = try #require(document.cases[name], sourceLocation: source)
        func tensor(_ key: String) throws -> Tensor {
            let array = try #require(arrays[key], sourceLocation: source)
            return try Tensor(array.values, shape: array.shape)
        }
        let (result, expected) = (try function(tensor), try tensor("result"))
        #expect(result.shape == expected.shape, sourceLocation: source)
        #expect(try result.allClose(expected, relative: 1e-12, absolute: 1e-12), "\(name)", sourceLocation: source)
    }

    @Test func products() throws {
        try check("matmul") { try $0("x").matmul($0("y")) }
        try check("linear") { try $0("x").linear($0("weight"), $0("bias")) }
    }

    @Test func convolutions() throws {
        try check("convolution 1d") {
            try $0("x").convolution($0("weight"), $0("bias"), stride: 2, padding: 1, dilation: 2, groups: 2)
        }
        try check("convolution 2d") { try $0("x").convolution($0("weight"), $0("bias"), stride: 2, padding: 1) }
        try check("depthwise") { try $0("x").convolution($0("weight"), padding: 2, dilation: 2, groups: 4) }
    }

    @Test func pooling() throws {
        try check("max pooling") { try $0("x").maxPool2d(kernel: 3, stride: 2, padding: 1) }
        try check("average pooling") { try $0("x").averagePool2d(kernel: 3, stride: 2, padding: 1) }
        try check("adaptive pooling") { try $0("x").adaptiveAveragePool2d(height: 2, width: 4) }
        try check("upsampling") { try $0("x").upsampled2d(by: 2) }
        // Without a border, 7 columns have two windows; with one, they would have three.
        #expect(try Tensor.ones([1, 1, 6, 7]).maxPool2d(kernel: 3).shape == [1, 1, 2, 2])
    }

    @Test func normalisation() throws {
        try check("normalisation by running statistics") {
            try $0("x").batchNorm(
                weight: $0("weight"), bias: $0("bias"), runningMean: $0("mean"), runningVariance: $0("variance"),
                training: false, epsilon: 1e-3)
        }
        try check("normalisation by the batch") {
            let (mean, variance) = (try $0("mean"), try $0("variance"))
            let result = try $0("x").batchNorm(
                weight: $0("weight"), bias: $0("bias"), runningMean: mean, runningVariance: variance, training: true,
                momentum: 0.2, epsilon: 1e-3)
            #expect(try mean.allClose($0("mean_after"), relative: 1e-12))
            #expect(try variance.allClose($0("variance_after"), relative: 1e-12))
            return result
        }
    }

    @Test func losses() throws {
        try check("cross entropy") { try $0("x").crossEntropy($0("target").to(.int64)) }
        try check("smoothed cross entropy") { try $0("x").crossEntropy($0("target").to(.int64), labelSmoothing: 0.1) }
        try check("cross entropy of probabilities") { try $0("x").crossEntropy($0("target")) }
        try check("binary cross entropy") { try $0("x").binaryCrossEntropy($0("target")) }
        try check("mean squared error") { try $0("x").meanSquaredError($0("target")) }
    }

    @Test func refusals() throws {
        let image = try Tensor.ones([1, 2, 4, 4])
        let flat = #expect(throws: TensorError.self) { try image.convolution(Tensor.ones([2, 2])) }
        #expect(flat?.description == "convolution: a weight has 3 or 4 dimensions, got shape [2, 2]")
        let weight = try Tensor.ones([2, 2, 3, 3])
        #expect(throws: TensorError.self) { try image.convolution(weight, stride: 0) }
        #expect(throws: TensorError.self) { try image.convolution(weight, stride: -1) }
        #expect(throws: TensorError.self) { try image.convolution(weight, padding: -1) }
        #expect(throws: TensorError.self) { try image.convolution(weight, dilation: 0) }
        #expect(throws: TensorError.self) { try image.convolution(weight, groups: 0) }
        #expect(throws: TensorError.self) { try image.convolution(weight, groups: 3) }
        #expect(throws: TensorError.self) { try image.convolution(weight, Tensor.ones([3])) }
        #expect(throws: TensorError.self) { try image.convolution(Tensor.ones([2, 2, 5, 5])) }
        #expect(throws: TensorError.self) { try image.maxPool2d(kernel: 0) }
        #expect(throws: TensorError.self) { try image.averagePool2d(kernel: 2, stride: -1) }
        #expect(throws: TensorError.self) { try image.adaptiveAveragePool2d(height: -1, width: 2) }
        #expect(throws: TensorError.self) { try image.upsampled2d(by: -1) }
        #expect(throws: TensorError.self) { try Tensor.ones([3]).upsampled2d(by: 2) }
        #expect(throws: TensorError.self) { try Tensor.ones([2, 3]).crossEntropy(Tensor([0, 3])) }
        #expect(throws: TensorError.self) { try image.linear(Tensor.ones([2, 5])) }
    }

    @Test(arguments: TestDevices.available) func convolutionOnEveryDevice(device: Device) throws {
        let image = try spreadTensor([2, 3, 8, 8]).to(.float32)
        let weight = try spreadTensor([4, 3, 3, 3]).to(.float32)
        let expected = try image.convolution(weight, padding: 1)
        let result = try image.to(device).convolution(weight.to(device), padding: 1).to(.cpu)
        // Sums of 27 products below 4; CUDA may use TF32 with 11 digits, whose errors are below 27 · 4 · 2⁻¹⁰.
        #expect(try result.allClose(expected, relative: 0, absolute: device == .cpu ? 1e-5 : 0.1))
    }
}
