import TorchModules
import TorchTensors

/// Measures what a network's synapses do, on one batch of images after the other:
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

    public init() {}

    /// What `network` makes of images [B, C, H, W], [B, classes], while all of its layers are watched. No gradients
    /// are recorded.
    ///
    /// Fed with real values are the layers in front of the spikes; those that see a mean over the steps, as they are
    /// applied less often than the network has steps; and those that have seen a value that is no whole number, or is
    /// below 0.
    public mutating func logits(
        of images: Tensor, _ network: some ImageClassifier
    ) throws(TensorError) -> Tensor {
        var (order, sums) = (order, sums)
        if order.isEmpty { order = network.synapticLayers().map(\.name) }
        func add(_ name: String, _ work: SynapticWork, _ isFront: Bool) throws(TensorError) {
            // Of a type whose sums are exact.
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
            let logits = try network.observingSynapses { (name, work) throws(TensorError) in
                try add(name, work, false)
            } during: { () throws(TensorError) in
                try network.classify(spikes: spikes)
            }
            return (spikes, logits)
        }
        // Nothing is counted if anything was thrown.
        self.order = order
        self.sums = sums
        steps = spikes.shape[0]
        imageCount += images.shape[0]
        return logits
    }

    /// Averages over all images so far; nil before the first.
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
