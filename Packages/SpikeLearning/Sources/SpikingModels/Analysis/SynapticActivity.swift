/// The activity of a layer of synapses per image, averaged over the measured images.
public struct SynapticActivity: Sendable, Hashable {
    /// The kind of values that a layer receives.
    public enum Input: String, Codable, Sendable, Hashable {
        /// Real values, such as images or means of spikes: every value is multiplied by its weights.
        case realValues = "real values"

        /// Spikes, or sums of spikes: a weight is added once for each unit of the value, and not at all for 0.
        case spikes
    }

    /// The name of the layer in the state of the network, such as `stage1.0.mlp.mlp1_conv`.
    public let name: String

    /// The kind of values that the layer receives.
    public let input: Input

    /// The number of times that the layer is applied to an image: T, or 1 for a layer before the encoder or after the
    /// mean over time.
    public let passes: Int

    /// The number of products of an input and a weight per image, in all passes, if none were skipped.
    public let multiplyAccumulates: Int

    /// The mean of the input values: the number of spikes per input and pass. It can be above 1 if values are sums of
    /// spikes.
    public let inputRate: Double

    /// Creates the activity of a layer from its figures per image.
    ///
    /// - Parameters:
    ///   - name: The name of the layer in the state of the network.
    ///   - input: The kind of values that the layer receives.
    ///   - passes: The number of times that the layer is applied to an image; traps unless it is above 0.
    ///   - multiplyAccumulates: The number of products per image, in all passes, if none were skipped.
    ///   - inputRate: The mean of the input values.
    public init(name: String, input: Input, passes: Int, multiplyAccumulates: Int, inputRate: Double) {
        precondition(passes > 0, "SynapticActivity: passes must be > 0, got \(passes)")
        self.name = name
        self.input = input
        self.passes = passes
        self.multiplyAccumulates = multiplyAccumulates
        self.inputRate = inputRate
    }

    /// The number of synaptic operations per image: multiply-accumulates · input rate for spikes, and all
    /// multiply-accumulates for real values.
    public var synapticOperations: Double {
        switch input {
        case .realValues: Double(multiplyAccumulates)
        case .spikes: Double(multiplyAccumulates) * inputRate
        }
    }

    /// The estimated energy per image in picojoules: 0.9 per operation for spikes, 4.6 per operation for real values.
    public var energy: Double {
        switch input {
        case .realValues: synapticOperations * EnergyEstimate.multiplyAccumulateEnergy
        case .spikes: synapticOperations * EnergyEstimate.accumulateEnergy
        }
    }
}

/// The encoded form also holds `synapticOperations` and `energy`, which decoding ignores and computes again.
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
