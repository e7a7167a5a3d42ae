import TorchModules
import TorchTensors

/// A matrix product with spikes, which as a layer without weights has a name and can be observed.
public final class SpikeProduct: SynapticLayer {
    public var isTraining = true
    public var synapseObserver: SynapseObserver?

    /// a · spikes, over the last two dimensions.
    ///
    /// - Parameters:
    ///   - a: [T, B, …, M, K]
    ///   - spikes: [T, B, …, K, N]; to an observer they are the input, as each lets a column of `a` be added.
    /// - Returns: [T, B, …, M, N]
    public func callAsFunction(_ a: Tensor, spikes: Tensor) throws(TensorError) -> Tensor {
        let result = try a.matmul(spikes)
        if let synapseObserver {
            let shape = spikes.shape
            try synapseObserver(
                SynapticWork(
                    input: spikes, frames: shape[0] * shape[1],
                    multiplyAccumulates: result.count * shape[shape.count - 2]))
        }
        return result
    }
}
