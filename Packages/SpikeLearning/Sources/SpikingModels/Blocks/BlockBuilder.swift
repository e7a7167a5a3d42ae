import SpikingLayers
import TorchModules
import TorchTensors

/// Makes the parts of a network's blocks: what they have in common, and the random numbers of their first values.
struct BlockBuilder {
    /// T
    let steps: Int
    let makeNeuron: NeuronMaker
    /// Whether there is batch normalisation; if not, every convolution has a bias that stands for it.
    let normalizes: Bool
    var random: RandomSource

    func neuron(_ channels: Int, threshold: Double = 1) throws(TensorError) -> any SpikingLayer {
        try makeNeuron(NeuronSite(channels: channels, steps: steps, threshold: threshold))
    }

    func normalization(_ channels: Int) throws(TensorError) -> BatchNorm2d? {
        normalizes ? try BatchNorm2d(channels: channels) : nil
    }

    /// - Parameter hasBias: Beside a batch normalisation, which makes it superfluous; for weights that have it.
    func bias(_ hasBias: Bool) -> Initializer? { hasBias || !normalizes ? .standard : nil }

    /// Of images, with kernels of `kernel` × `kernel` pixels whose middle is within the image.
    mutating func convolution(_ inputs: Int, _ outputs: Int, kernel: Int) throws(TensorError) -> Conv2d {
        try Conv2d(
            inputs: inputs, outputs: outputs, kernel: kernel, padding: kernel / 2, bias: bias(false), random: &random)
    }

    /// Convolution with kernels of `kernel` × `kernel` pixels, normalisation, pooling and neurons.
    mutating func spiking(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, pooling: MaxPool2d? = nil
    ) throws(TensorError) -> SpikingConvolution {
        let convolution = try SynapticConvolution(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, bias: bias(false), random: &random)
        return try SpikingConvolution(
            convolution: convolution, normalization: normalization(outputs), pooling: pooling, neuron: neuron(outputs))
    }

    /// Convolution with kernels of one pixel, normalisation and neurons.
    mutating func pointwise(
        _ inputs: Int, _ outputs: Int, kernelDimensions: Int, hasBias: Bool, mergesTime: Bool = false
    ) throws(TensorError) -> SpikingConvolution {
        try SpikingConvolution(
            convolution: SynapticConvolution(
                inputs: inputs, outputs: outputs, kernelDimensions: kernelDimensions, bias: bias(hasBias),
                random: &random),
            normalization: normalization(outputs), neuron: neuron(outputs), mergesTime: mergesTime)
    }
}
