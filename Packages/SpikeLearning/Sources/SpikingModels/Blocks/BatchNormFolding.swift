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

extension QKFormer {
    /// Returns a copy of this network for evaluation, with batch normalisation folded into the convolutions.
    ///
    /// - Throws: `TensorError` if the copy cannot be created.
    public func foldingBatchNorm() throws(TensorError) -> QKFormer {
        var folded = configuration
        folded.normalizes = false
        var random = RandomSource(seed: 0)
        let network = try QKFormer(folded, random: &random)
        try network.adopt(foldingBatchNorm: self)
        return network
    }
}

extension SpikingConvNet {
    /// Returns a copy of this network for evaluation, with batch normalisation folded into the convolutions.
    ///
    /// - Throws: `TensorError` if the copy cannot be created.
    public func foldingBatchNorm() throws(TensorError) -> SpikingConvNet {
        var folded = configuration
        folded.normalizes = false
        var random = RandomSource(seed: 0)
        let network = try SpikingConvNet(folded, random: &random)
        try network.adopt(foldingBatchNorm: self)
        return network
    }
}

extension SpikingYOLO {
    /// Returns a copy of this network for evaluation, with batch normalisation folded into the convolutions.
    ///
    /// - Throws: `TensorError` if the copy cannot be created.
    public func foldingBatchNorm() throws(TensorError) -> SpikingYOLO {
        var folded = configuration
        folded.normalizes = false
        var random = RandomSource(seed: 0)
        let network = try SpikingYOLO(folded, random: &random)
        try network.adopt(foldingBatchNorm: self)
        return network
    }
}

extension Module {
    /// Takes the type, the device and the folded values of a network of the same structure with batch normalisation,
    /// and switches to evaluation.
    fileprivate func adopt(foldingBatchNorm original: some Module) throws(TensorError) {
        if let tensor = original.parameters.first?.tensor {
            try to(tensor.device)
            try to(tensor.dtype)
        }
        try load(state: original.stateFoldingBatchNorm())
        evaluate()
    }
}
