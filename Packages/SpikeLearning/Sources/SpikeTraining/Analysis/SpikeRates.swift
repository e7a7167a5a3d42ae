import SpikingLayers
import TorchModules
import TorchTensors

/// The firing rate of a layer of neurons or of an encoder.
public struct LayerSpikeRate: Codable, Sendable, Hashable {
    /// The name of the layer in the network's state, such as `patch_embed1.proj_lif`.
    public let name: String

    /// The number of neurons of the layer for one image.
    public let neurons: Int

    /// The number of spikes per neuron and time step, 0...1.
    public let rate: Double
}

extension [LayerSpikeRate] {
    /// Sentences that name the layers which never fire or always fire, and say what that means; empty if there are
    /// none.
    public var remarks: [String] {
        func names(_ rate: Double) -> String {
            filter { $0.rate == rate && $0.neurons > 0 }.map(\.name).joined(separator: ", ")
        }
        let (silent, saturated) = (names(0), names(1))
        var remarks: [String] = []
        if !silent.isEmpty {
            remarks.append(
                "layers that never fire: \(silent) (no neuron at any step; what comes after sees only zeros)")
        }
        if !saturated.isEmpty {
            remarks.append(
                "layers that always fire: \(saturated) (every neuron at every step; they tell no image from another)")
        }
        return remarks
    }
}

/// Counts the spikes of a network's layers over all inputs that the network receives during `counting`.
public final class SpikeRateMeter {
    private struct Sums {
        var spikes = 0
        var count = 0
        var neurons = 0
    }

    private var order: [String] = []
    private var sums: [String: Sums] = [:]

    /// Creates a meter that has counted nothing.
    public init() {}

    /// Runs `body`, and counts the spikes of `network` meanwhile.
    ///
    /// - Returns: The result of `body`.
    public func counting<Result>(_ network: some Module, during body: () throws -> Result) rethrows -> Result {
        if order.isEmpty { order = network.spikingLayers().map(\.name) }
        return try network.observingSpikes { [self] (name, spikes) throws(TensorError) in
            let shape = spikes.shape
            var layer = sums[name] ?? Sums()
            // The sum is converted to a whole number, so that no spike is lost in rounding.
            layer.spikes += Int(try (spikes.detached() .!= 0).sum().item())
            layer.count += spikes.count
            layer.neurons = shape.dropFirst(2).reduce(1, *)
            sums[name] = layer
        } during: {
            try body()
        }
    }

    /// Adds up the counts of all workers.
    ///
    /// - Parameter network: The network whose spikes were counted.
    func addUp(over workers: Workers, _ network: some Module) throws(TensorError) {
        // A worker whose share was empty has counted nothing.
        if order.isEmpty { order = network.spikingLayers().map(\.name) }
        let own = order.map { sums[$0] ?? Sums() }
        let totals = try workers.sum(own.flatMap { [Double($0.spikes), Double($0.count)] })
        for (index, name) in order.enumerated() where totals[2 * index + 1] > 0 {
            sums[name] = Sums(
                spikes: Int(totals[2 * index]), count: Int(totals[2 * index + 1]), neurons: own[index].neurons)
        }
    }

    /// The firing rates of the layers, in the order in which the network declares them. Layers that were not used are
    /// left out.
    public var rates: [LayerSpikeRate] {
        order.compactMap { name in
            sums[name].map {
                LayerSpikeRate(
                    name: name, neurons: $0.neurons, rate: $0.count == 0 ? 0 : Double($0.spikes) / Double($0.count))
            }
        }
    }
}
