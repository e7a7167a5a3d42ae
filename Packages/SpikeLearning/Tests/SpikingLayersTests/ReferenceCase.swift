import Foundation
import SpikingLayers
import TorchTensors

/// A case of `Fixtures/lif.json`.
struct ReferenceCase: Decodable, Sendable {
    let id: String
    let shape: [Int]
    let decay: String
    let lambda: Double?
    let tau: Double?
    let theta: Double
    let reset: String
    let detachReset: Bool
    let surrogate: Surrogate
    let x: [Double]
    let w: [Double]
    let spikes: [Double]
    let float32: Values
    let float64: Values

    struct Surrogate: Decodable, Sendable {
        let name: String
    }

    struct Values: Decodable, Sendable {
        let gradX: [Double]
    }

    static func all() throws -> [ReferenceCase] {
        let url = Bundle.module.url(forResource: "lif", withExtension: "json", subdirectory: "Fixtures")!
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([ReferenceCase].self, from: Data(contentsOf: url))
    }

    var dynamics: LIFDynamics {
        let surrogates: [String: SurrogateGradient] = [
            "sigmoid": .sigmoid(slope: 4), "atan": .arctangent(slope: 2), "triangle": .triangle(slope: 1),
            "fast_sigmoid": .fastSigmoid(slope: 25),
        ]
        return LIFDynamics(
            decay: decay == "tau" ? .timeConstant(tau!) : .factor(lambda!), threshold: theta,
            reset: reset == "zero" ? .toZero : .subtractThreshold, detachesReset: detachReset,
            surrogate: surrogates[surrogate.name]!)
    }
}
