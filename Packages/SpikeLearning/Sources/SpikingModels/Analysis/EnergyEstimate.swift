/// The estimated energy of the synapses of a network per image, on a chip that adds a weight when a spike arrives and
/// does nothing otherwise, and for comparison that of the same network without spikes.
///
///     synaptic operations of a layer = multiply-accumulates · mean of its input's values
///     energy = 0.9 pJ · operations of layers fed with spikes + 4.6 pJ · operations of layers fed with real values
///
/// These are the energies of a 32-bit floating-point addition (0.9 pJ), and of a multiplication with an addition
/// (3.7 + 0.9 pJ), in a 45 nm process. Source: M. Horowitz, "Computing's energy problem", ISSCC 2014,
/// doi:10.1109/ISSCC.2014.6757323.
///
/// The estimate leaves out memory and the transport of spikes, which cost more than arithmetic on most chips. It also
/// leaves out neurons, encoders, pooling, additions of residuals and the gates of token attention. Batch normalisation
/// is assumed to be folded into the weights.
public struct EnergyEstimate: Sendable, Hashable {
    /// The energy of an addition, in picojoules.
    public static let accumulateEnergy = 0.9

    /// The energy of a multiplication with an addition, in picojoules.
    public static let multiplyAccumulateEnergy = 4.6

    /// The activity of each layer of synapses, in the order in which the network declares the layers.
    public let layers: [SynapticActivity]

    /// The number of time steps T.
    public let steps: Int

    /// The number of images that were measured.
    public let imageCount: Int

    /// Creates an estimate from the activity of the layers.
    ///
    /// - Parameters:
    ///   - layers: The activity of each layer of synapses, per image.
    ///   - steps: The number of time steps T.
    ///   - imageCount: The number of images that were measured.
    public init(layers: [SynapticActivity], steps: Int, imageCount: Int) {
        self.layers = layers
        self.steps = steps
        self.imageCount = imageCount
    }

    /// The number of multiply-accumulates per image, in layers fed with real values.
    public var multiplyAccumulates: Double { operations(of: .realValues) }

    /// The number of accumulates (additions of a weight) per image, in layers fed with spikes.
    public var accumulates: Double { operations(of: .spikes) }

    /// The estimated energy of all layers with spikes, in picojoules per image.
    public var energy: Double { layers.reduce(0) { $0 + $1.energy } }

    /// The number of multiply-accumulates per image of the same network without spikes, which processes an image once
    /// instead of T times.
    public var multiplyAccumulatesWithoutSpikesOnce: Int {
        layers.reduce(0) { $0 + $1.multiplyAccumulates / $1.passes }
    }

    /// The energy of the same network without spikes, which processes an image once, in picojoules per image. Compare
    /// `energy` with this figure.
    public var energyWithoutSpikesOnce: Double {
        Double(multiplyAccumulatesWithoutSpikesOnce) * Self.multiplyAccumulateEnergy
    }

    /// The number of multiply-accumulates of this network per image, over all T steps, if every input were a real
    /// value.
    public var multiplyAccumulatesWithoutSpikesEveryStep: Int { layers.reduce(0) { $0 + $1.multiplyAccumulates } }

    /// The energy of this network over all T steps if every input were a real value, in picojoules per image.
    public var energyWithoutSpikesEveryStep: Double {
        Double(multiplyAccumulatesWithoutSpikesEveryStep) * Self.multiplyAccumulateEnergy
    }

    private func operations(of input: SynapticActivity.Input) -> Double {
        layers.reduce(0) { $0 + ($1.input == input ? $1.synapticOperations : 0) }
    }
}

/// The encoded form also holds the totals, which decoding ignores and computes again.
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
