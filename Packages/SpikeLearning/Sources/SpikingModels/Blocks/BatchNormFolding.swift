import TorchModules
import TorchTensors

/// A layer whose state holds a convolution `conv` and its batch normalisation `bn`.
protocol NormalizedConvolution: Layer {
    var normalization: BatchNorm2d? { get }
}

extension SpikingConvolution: NormalizedConvolution {}
extension EncodingStage: NormalizedConvolution {}

extension Module {
    /// Returns the state with each batch normalisation, as it acts in evaluation, folded into the convolution before
    /// it. The new weight and bias of the convolution are
    ///
    ///     weight · γ / √(variance + ε) and β − (mean − bias) · γ / √(variance + ε)
    ///
    /// They are computed in double precision and have the type of the weights.
    func stateFoldingBatchNorm() throws(TensorError) -> [String: Tensor] {
        var state = try state()
        for (name, module) in namedModules() {
            guard let normalization = (module as? any NormalizedConvolution)?.normalization else { continue }
            let prefix = name.isEmpty || name.hasSuffix("_") ? name : name + "."
            func take(_ key: String) -> Tensor? { state.removeValue(forKey: prefix + key) }
            guard let weight = take("conv.weight"), let scale = take("bn.weight"), let shift = take("bn.bias"),
                let mean = take("bn.running_mean"), let variance = take("bn.running_var")
            else { preconditionFailure("\(Self.self): \(name) has no convolution and normalisation of its own") }
            _ = take("bn.num_batches_tracked")
            let dtype = weight.dtype
            let factor = try scale.to(.float64) / (variance.to(.float64) + normalization.epsilon).sqrt()
            // The mean of the output of the convolution without its bias.
            var center = try mean.to(.float64)
            if let bias = take("conv.bias") { center = try center - bias.to(.float64) }
            let perOutput = [-1] + Array(repeating: 1, count: weight.rank - 1)
            state[prefix + "conv.weight"] = try (weight.to(.float64) * factor.reshaped(perOutput)).to(dtype)
            state[prefix + "conv.bias"] = try (shift.to(.float64) - center * factor).to(dtype)
        }
        return state
    }
}

/// The settings of a network that can do without batch normalisation.
public protocol FoldableConfiguration {
    /// Whether there is batch normalisation. It is false in networks that `foldingBatchNorm` returns, whose
    /// convolutions have biases instead.
    var normalizes: Bool { get set }
}

/// A network that is built from settings, and so can be built again without batch normalisation.
public protocol FoldableNetwork: ImageNetwork {
    associatedtype Configuration: FoldableConfiguration
    /// The settings from which the network was built.
    var configuration: Configuration { get }
    /// Creates a network with initial weights.
    init(_ configuration: Configuration, random: inout RandomSource) throws(TensorError)
}

extension FoldableNetwork {
    public func foldingBatchNorm() throws(TensorError) -> Self {
        var folded = configuration
        folded.normalizes = false
        var random = RandomSource(seed: 0)
        let network = try Self(folded, random: &random)
        if let tensor = parameters.first?.tensor {
            try network.to(tensor.device)
            try network.to(tensor.dtype)
        }
        try network.load(state: stateFoldingBatchNorm())
        network.evaluate()
        return network
    }
}

extension QKFormer: FoldableNetwork {}
extension QKFormer.Configuration: FoldableConfiguration {}
extension SpikingConvNet: FoldableNetwork {}
extension SpikingConvNet.Configuration: FoldableConfiguration {}
extension SpikingYOLO: FoldableNetwork {}
extension SpikingYOLO.Configuration: FoldableConfiguration {}
