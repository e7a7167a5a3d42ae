import Foundation
import SpikingModels
import TorchModules
import TorchTensors

/// The golden model: `Fixtures/qkformer`.
enum QKFormerFixture {
    struct Activity: Decodable {
        struct Layer: Decodable {
            let spikes: Int
        }
        let lifUpstream: [String: Layer]
        let lifFixed: [String: Layer]

        func layers(_ compatibility: QKFormer.Compatibility) -> [String: Layer] {
            compatibility == .fixed ? lifFixed : lifUpstream
        }

        enum CodingKeys: String, CodingKey {
            case lifUpstream = "lif_upstream"
            case lifFixed = "lif_fixed"
        }
    }

    struct Gradients: Decodable {
        let labels: [Int64]
        let loss: Double
        let logitsTrain: [[Double]]
        let grads: [String: Double]
        let zeroGrads: [String]

        enum CodingKeys: String, CodingKey {
            case labels, loss, grads
            case logitsTrain = "logits_train"
            case zeroGrads = "zero_grads"
        }
    }

    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/qkformer/\(name)").path
    }

    static func json<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    static func model(_ compatibility: QKFormer.Compatibility = .fixed) throws -> QKFormer {
        var random = RandomSource(seed: 0)
        let model = try QKFormer(depth: 3, width: 64, classes: 10, compatibility: compatibility, random: &random)
        try model.load(state: Safetensors.read(path("weights.safetensors")).tensors)
        return model
    }

    static func images() throws -> Tensor { try Tensor.readNPY(path("input.npy")) }

    static func logits(_ compatibility: QKFormer.Compatibility) throws -> Tensor {
        try Tensor.readNPY(path("logits_\(compatibility.rawValue).npy"))
    }
}

/// The greatest difference of two tensors.
func distance(_ a: Tensor, _ b: Tensor) throws -> Double {
    try (a.detached().to(.float64) - b.detached().to(.float64)).absolute().maximum().item()
}

/// How many spikes each layer within fires while `body` runs.
func spikeCounts(_ module: some Module, during body: () throws -> Tensor) throws -> (
    result: Tensor, spikes: [String: Int]
) {
    var counts: [String: Int] = [:]
    let result = try module.observingSpikes { (name, spikes) throws(TensorError) in
        counts[name] = Int(try spikes.to(.float64).sum().item())
    } during: {
        try body()
    }
    return (result, counts)
}
