/// What a layer of synapses does for an image, on average over the images that were measured.
public struct SynapticActivity: Sendable, Hashable {
    /// What a layer is fed with.
    public enum Input: String, Codable, Sendable, Hashable {
        /// Images, or means of spikes: every weight is multiplied.
        case realValues = "real values"

        /// Spikes, or sums of spikes: a weight is added once for each unit of the value, and not at all for 0.
        case spikes
    }

    /// In the network's state, such as `stage1.0.mlp.mlp1_conv`.
    public let name: String

    public let input: Input

    /// How often the layer is applied to an image: T, or once where it comes before the encoder or after the mean over
    /// time.
    public let passes: Int

    /// Products of an input and a weight in all passes, had none been skipped.
    public let multiplyAccumulates: Int

    /// The mean of the input's values: spikes for each input and pass. It is above 1 where most values are sums of
    /// spikes.
    public let inputRate: Double

    public init(name: String, input: Input, passes: Int, multiplyAccumulates: Int, inputRate: Double) {
        precondition(passes > 0, "SynapticActivity: passes must be > 0, got \(passes)")
        self.name = name
        self.input = input
        self.passes = passes
        self.multiplyAccumulates = multiplyAccumulates
        self.inputRate = inputRate
    }

    /// Synaptic operations: multiply-accumulates · rate for spikes; for real values all multiply-accumulates.
    public var synapticOperations: Double {
        switch input {
        case .realValues: Double(multiplyAccumulates)
        case .spikes: Double(multiplyAccumulates) * inputRate
        }
    }

    /// In picojoules: 0.9 for an accumulation of spikes, 4.6 for a multiply-accumulate.
    public var energy: Double {
        switch input {
        case .realValues: synapticOperations * EnergyEstimate.multiplyAccumulateEnergy
        case .spikes: synapticOperations * EnergyEstimate.accumulateEnergy
        }
    }
}

/// With operations and energy, which are not read back.
extension SynapticActivity: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, input, passes, multiplyAccumulates, inputRate, synapticOperations
        case energy = "picojoules"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        input = try values.decode(Input.self, forKey: .input)
        passes = try values.decode(Int.self, forKey: .passes)
        multiplyAccumulates = try values.decode(Int.self, forKey: .multiplyAccumulates)
        inputRate = try values.decode(Double.self, forKey: .inputRate)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(input, forKey: .input)
        try values.encode(passes, forKey: .passes)
        try values.encode(multiplyAccumulates, forKey: .multiplyAccumulates)
        try values.encode(inputRate, forKey: .inputRate)
        try values.encode(synapticOperations, forKey: .synapticOperations)
        try values.encode(energy, forKey: .energy)
    }
}
