import TorchModules
import TorchTensors

/// Measures the activity of the synapses of a network over several batches of images:
///
///     var meter = SynapseMeter()
///     while let batch = try batches.next() { _ = try meter.logits(of: batch.images, network) }
///     print(meter.estimate!.energy)
public struct SynapseMeter {
    private struct Sums {
        var input: SynapticActivity.Input
        var frames = 0
        var multiplyAccumulates = 0
        var inputSum = 0.0
        var inputCount = 0
    }

    private var order: [String] = []
    private var sums: [String: Sums] = [:]
    private var steps = 0
    private var imageCount = 0

    /// Creates a meter that has measured nothing.
    public init() {}

    /// Runs `network` on a batch of images, measures all of its synaptic layers and returns its output. No gradients
    /// are recorded. If an error is thrown, nothing of this batch is counted.
    ///
    /// Three kinds of layers count as fed with real values: layers that `network.encode` runs; layers that are applied
    /// fewer than T times per image, such as those after a mean over the steps; and layers that have received a value
    /// that is negative or not a whole number. All others count as fed with spikes.
    ///
    /// - Parameters:
    ///   - images: Static images [B, C, H, W].
    ///   - network: The network to measure. All calls of one meter must measure the same network.
    ///   - encoded: Receives the spikes [T, B, C′, H′, W′] that `network.encode` returns.
    /// - Returns: The logits [B, classes] of a classifier, or the raw predictions of a detector.
    /// - Throws: `TensorError` if the network does not accept the images, or whatever `encoded` throws.
    public mutating func logits(
        of images: Tensor, _ network: some ImageNetwork,
        encoded: (_ spikes: Tensor) throws(TensorError) -> Void = { (_) throws(TensorError) in }
    ) throws(TensorError) -> Tensor {
        var (order, sums) = (order, sums)
        if order.isEmpty { order = network.synapticLayers().map(\.name) }
        func add(_ name: String, _ work: SynapticWork, _ isFront: Bool) throws(TensorError) {
            // Sums of whole numbers are taken in float32, because 16-bit types would round them.
            let input = try work.input.detached().to(.float32)
            var layer = sums[name] ?? Sums(input: isFront ? .realValues : .spikes)
            if layer.input == .spikes, try (input .!= input.rounded()).or(input < 0).any() {
                layer.input = .realValues
            }
            layer.frames += work.frames
            layer.multiplyAccumulates += work.multiplyAccumulates
            layer.inputSum += try input.sum().item()
            layer.inputCount += input.count
            sums[name] = layer
        }
        let (spikes, logits) = try withoutGradient { () throws(TensorError) in
            let spikes = try network.observingSynapses { (name, work) throws(TensorError) in
                try add(name, work, true)
            } during: { () throws(TensorError) in
                try network.encode(images)
            }
            try encoded(spikes)
            let logits = try network.observingSynapses { (name, work) throws(TensorError) in
                try add(name, work, false)
            } during: { () throws(TensorError) in
                try network.output(spikes: spikes)
            }
            return (spikes, logits)
        }
        // The counts change only after the whole batch has succeeded.
        self.order = order
        self.sums = sums
        steps = spikes.shape[0]
        imageCount += images.shape[0]
        return logits
    }

    /// The energy estimate, averaged over all images measured so far; nil before the first image.
    public var estimate: EnergyEstimate? {
        guard imageCount > 0 else { return nil }
        let layers = order.compactMap { name in
            sums[name].map { sums in
                SynapticActivity(
                    name: name, input: sums.frames < steps * imageCount ? .realValues : sums.input,
                    passes: sums.frames / imageCount,
                    multiplyAccumulates: sums.multiplyAccumulates / imageCount,
                    inputRate: sums.inputSum / Double(sums.inputCount))
            }
        }
        return EnergyEstimate(layers: layers, steps: steps, imageCount: imageCount)
    }
}
