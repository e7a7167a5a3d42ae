import TorchModules
import TorchTensors

/// A matrix product with spikes. It is a layer without weights, so that it has a name and can be observed.
public final class SpikeProduct: SynapticLayer {
    public var isTraining = true
    public var synapseObserver: SynapseObserver?

    /// Returns the matrix products a · spikes over the last two dimensions.
    ///
    /// - Parameters:
    ///   - a: The left matrices [T, B, …, M, K].
    ///   - spikes: The right matrices [T, B, …, K, N]. A synapse observer receives them as the input, because each
    ///     spike adds a column of `a`.
    /// - Returns: The products [T, B, …, M, N].
    /// - Throws: `TensorError` if the shapes do not fit together.
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
