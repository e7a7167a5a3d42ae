import Foundation
import SpikingLayers
import TorchModules
import TorchTensors

/// A case of `Fixtures/temporal_encoding.json`.
struct EncoderCase: Decodable {
    let id: String
    let mode: String
    // swift-format-ignore: AlwaysUseLowerCamelCase, as the fixture has this key.
    let T: Int
    let detachSpikeInUpdate: Bool
    let surrogate: Surrogate
    let xShape: [Int]
    let sShape: [Int]
    let x: [Double]
    let a: [Double]
    let b: [Double]
    let theta: [Double]
    let w: [Double]
    let spikes: [Double]
    let gradX: [Double]
    let gradA: [Double]
    let gradB: [Double]

    struct Surrogate: Decodable {
        let alpha: Double
    }

    static func all() throws -> [EncoderCase] {
        let url = Bundle.module.url(
            forResource: "temporal_encoding", withExtension: "json", subdirectory: "Fixtures")!
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([EncoderCase].self, from: Data(contentsOf: url))
    }

    /// In float64, with its a and b.
    func encoder(_ implementation: NeuronImplementation) throws -> TemporalEncoder {
        let codes: [String: TemporalCode] = ["rate": .rate, "phase": .phase, "ttfs": .timeToFirstSpike]
        let encoder = try TemporalEncoder(
            TemporalEncoding(
                codes[mode]!, surrogate: .sigmoid(slope: surrogate.alpha), detachesSpikeInUpdate: detachSpikeInUpdate),
            channels: a.count, steps: T, implementation: implementation)
        try encoder.to(.float64)
        try encoder.load(state: ["log_threshold": Tensor(a), "decay_logit": Tensor(b)])
        return encoder
    }
}
