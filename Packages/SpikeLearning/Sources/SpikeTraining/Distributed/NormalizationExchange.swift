import Foundation
import SpikingLayers
import TorchModules
import TorchTensors

/// Adds up the statistics of batch normalisation, and the numbers of inputs that are not zero, over the workers of a run.
final class NormalizationExchange: StatisticsExchange, @unchecked Sendable {
    private let group: ProcessGroup
    /// Guards `isStandIn`, which the backward pass may read on another thread.
    private let lock = NSLock()
    private var isStandIn = false

    init(_ group: ProcessGroup) { self.group = group }

    var counts: Bool { lock.withLock { !isStandIn } }

    /// Notes whether the images of the current batch only stand in, as `ImageBatch.isStandIn` says.
    func begin(isStandIn: Bool) { lock.withLock { self.isStandIn = isStandIn } }

    func sum(_ values: Tensor) throws(TensorError) { try group.sum([values]) }

    /// Makes all batch normalisation and all convolutions of spikes of a network use this exchange.
    func attach(to network: any Module) {
        for (_, module) in network.namedModules() {
            (module as? BatchNorm)?.exchange = self
            (module as? SynapticConvolution)?.exchange = self
        }
    }
}
