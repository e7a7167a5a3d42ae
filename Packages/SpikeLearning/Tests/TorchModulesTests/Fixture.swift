import Foundation
import Testing
import TorchTensors

/// A tensor as the fixtures write it.
struct TensorFixture: Decodable {
    let shape: [Int]
    let values: [Double]

    func tensor(_ dtype: DType = .float64) throws -> Tensor { try Tensor(values, shape: shape).to(dtype) }
}

enum Fixture {
    static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).json")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }
}

/// How far two implementations of the same sums may be apart, relative to the greatest value.
///
/// The sums have fewer than 100 terms, which may come in another order: 100 roundings of 1.1e-16 (float64) or 6e-8
/// (float32) are 1.1e-14 and 6e-6. Batch normalisation's gradients and 20 steps of training amplify that a little.
func tolerance(_ dtype: DType) -> Double { dtype == .float64 ? 1e-10 : 1e-5 }

func expectClose(
    _ tensor: Tensor?, _ expected: TensorFixture, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let tensor = try #require(tensor, "\(what) is missing", sourceLocation: sourceLocation)
    #expect(tensor.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
    let values = try tensor.elements(as: Double.self)
    try #require(values.count == expected.values.count, "\(what)", sourceLocation: sourceLocation)
    let scale = expected.values.map(abs).max() ?? 0
    let difference = zip(values, expected.values).map { abs($0 - $1) }.max() ?? 0
    #expect(
        difference <= tolerance(tensor.dtype) * max(scale, 1), "\(what): \(difference) apart",
        sourceLocation: sourceLocation)
}
