/// What a network's synapses would cost an image on a chip that adds a weight when a spike comes and does nothing
/// otherwise, beside the same network without spikes.
///
///     synaptic operations of a layer = multiply-accumulates · mean of its input's values
///     energy = 0.9 pJ · operations of layers fed with spikes + 4.6 pJ · operations of layers fed with real values
///
/// Energies of a 32-bit floating-point addition, and of that with a multiplication (0.9 + 3.7 pJ), in a 45 nm process:
/// M. Horowitz, "Computing's energy problem", ISSCC 2014, doi:10.1109/ISSCC.2014.6757323.
///
/// Left out are memory and the transport of spikes, which cost more than arithmetic on most chips; neurons, encoders,
/// pooling, additions of residuals and the gates of token attention; and batch normalisation, which is taken to be
/// folded into the weights.
public struct EnergyEstimate: Sendable, Hashable {
    /// Of an addition, in picojoules.
    public static let accumulateEnergy = 0.9

    /// Of a multiplication with an addition, in picojoules.
    public static let multiplyAccumulateEnergy = 4.6

    /// In the order in which the network declares them.
    public let layers: [SynapticActivity]

    /// T
    public let steps: Int

    /// How many images were measured.
    public let imageCount: Int

    public init(layers: [SynapticActivity], steps: Int, imageCount: Int) {
        self.layers = layers
        self.steps = steps
        self.imageCount = imageCount
    }

    /// Of layers fed with real values, an image.
    public var multiplyAccumulates: Double { operations(of: .realValues) }

    /// Of layers fed with spikes, an image.
    public var accumulates: Double { operations(of: .spikes) }

    /// With spikes, in picojoules an image.
    public var energy: Double { layers.reduce(0) { $0 + $1.energy } }

    /// Multiply-accumulates of the same network without spikes, which sees an image once, not T times.
    public var multiplyAccumulatesWithoutSpikesOnce: Int {
        layers.reduce(0) { $0 + $1.multiplyAccumulates / $1.passes }
    }

    /// What they cost, in picojoules an image: the figure to compare `energy` with.
    public var energyWithoutSpikesOnce: Double {
        Double(multiplyAccumulatesWithoutSpikesOnce) * Self.multiplyAccumulateEnergy
    }

    /// Multiply-accumulates of this network, T steps, if every input were a real value.
    public var multiplyAccumulatesWithoutSpikesEveryStep: Int { layers.reduce(0) { $0 + $1.multiplyAccumulates } }

    /// What they cost, in picojoules an image.
    public var energyWithoutSpikesEveryStep: Double {
        Double(multiplyAccumulatesWithoutSpikesEveryStep) * Self.multiplyAccumulateEnergy
    }

    private func operations(of input: SynapticActivity.Input) -> Double {
        layers.reduce(0) { $0 + ($1.input == input ? $1.synapticOperations : 0) }
    }
}

/// With the totals, which are not read back.
extension EnergyEstimate: Codable {
    private enum CodingKeys: String, CodingKey {
        case layers, steps, imageCount, multiplyAccumulates, accumulates
        case energy = "picojoules"
        case multiplyAccumulatesWithoutSpikesOnce
        case energyWithoutSpikesOnce = "picojoulesWithoutSpikesOnce"
        case multiplyAccumulatesWithoutSpikesEveryStep
        case energyWithoutSpikesEveryStep = "picojoulesWithoutSpikesEveryStep"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        layers = try values.decode([SynapticActivity].self, forKey: .layers)
        steps = try values.decode(Int.self, forKey: .steps)
        imageCount = try values.decode(Int.self, forKey: .imageCount)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(layers, forKey: .layers)
        try values.encode(steps, forKey: .steps)
        try values.encode(imageCount, forKey: .imageCount)
        try values.encode(multiplyAccumulates, forKey: .multiplyAccumulates)
        try values.encode(accumulates, forKey: .accumulates)
        try values.encode(energy, forKey: .energy)
        try values.encode(multiplyAccumulatesWithoutSpikesOnce, forKey: .multiplyAccumulatesWithoutSpikesOnce)
        try values.encode(energyWithoutSpikesOnce, forKey: .energyWithoutSpikesOnce)
        try values.encode(multiplyAccumulatesWithoutSpikesEveryStep, forKey: .multiplyAccumulatesWithoutSpikesEveryStep)
        try values.encode(energyWithoutSpikesEveryStep, forKey: .energyWithoutSpikesEveryStep)
    }
}
