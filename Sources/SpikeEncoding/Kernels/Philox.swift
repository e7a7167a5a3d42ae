import SpikeKernels

public typealias Philox = SpikeKernels.Philox
