import SpikingLayers
import TorchModules
import TorchTensors

/// Makes the parts of the blocks of a network, from settings that all blocks share and random first values.
struct BlockBuilder {
    /// The number of time steps T.
    let steps: Int
    let makeNeuron: NeuronMaker
    /// Whether there is batch normalisation; if not, every convolution has a bias that takes its place.
    let normalizes: Bool
    var random: RandomSource

    func neuron(_ channels: Int, threshold: Double = 1) throws(TensorError) -> any NeuronLayer {
        try makeNeuron(NeuronSite(channels: channels, steps: steps, threshold: threshold))
    }

    func normalization(_ channels: Int) throws(TensorError) -> BatchNorm2d? {
        normalizes ? try BatchNorm2d(channels: channels) : nil
    }

    /// Returns how a bias is made, or nil for none. Without batch normalisation there is always a bias.
    ///
    /// - Parameter hasBias: Whether there is a bias beside batch normalisation, which makes it superfluous; needed for
    ///   weights that contain one.
    func bias(_ hasBias: Bool) -> Initializer? { hasBias || !normalizes ? .standard : nil }

    /// Makes a convolution of images with `kernel` × `kernel` pixels, which keeps the size of images if `kernel` is odd
    /// and `stride` is 1.
    mutating func convolution(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1
    ) throws(TensorError) -> Conv2d {
        try Conv2d(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: (kernel - 1) / 2,
            bias: bias(false), random: &random)
    }

    /// Makes a convolution with `kernel` × `kernel` pixels, followed by normalisation, pooling and neurons.
    mutating func spiking(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, pooling: MaxPool2d? = nil
    ) throws(TensorError) -> SpikingConvolution {
        let convolution = try SynapticConvolution(
            inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, bias: bias(false), random: &random)
        return try SpikingConvolution(
            convolution: convolution, normalization: normalization(outputs), pooling: pooling, neuron: neuron(outputs))
    }

    /// Makes a convolution with kernels of one pixel, followed by normalisation and neurons.
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
