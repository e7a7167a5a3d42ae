/// Any of the codecs, as a value that files can hold.
public enum Codec: Sendable, Hashable {
    case stepForward(StepForward)
    case bensSpiker(BensSpiker)
    case pulseWidthModulation(PulseWidthModulation)
    case leakyIntegrateAndFire(LeakyIntegrateAndFire)
    case deltaModulation(DeltaModulation)
    case rateStepForward(RateStepForward)
    case receptiveFields(ReceptiveFields)
    case rate(RateCode)

    public var base: any SignalCodec {
        switch self {
        case .stepForward(let codec): codec
        case .bensSpiker(let codec): codec
        case .pulseWidthModulation(let codec): codec
        case .leakyIntegrateAndFire(let codec): codec
        case .deltaModulation(let codec): codec
        case .rateStepForward(let codec): codec
        case .receptiveFields(let codec): codec
        case .rate(let codec): codec
        }
    }

    public var name: String { type(of: base).name }

    private static let types: [any SignalCodec.Type] = [
        StepForward.self, BensSpiker.self, PulseWidthModulation.self, LeakyIntegrateAndFire.self, DeltaModulation.self,
        RateStepForward.self, ReceptiveFields.self, RateCode.self,
    ]

    /// The names of all codecs.
    public static var names: [String] { types.map { $0.name } }
}

extension Codec: Codable {
    private enum CodingKeys: String, CodingKey { case name = "codec" }

    /// The codec's name beside its parameters.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try base.encode(to: encoder)
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let name = try values.decode(String.self, forKey: .name)
        guard let type = Codec.types.first(where: { $0.name == name }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: values,
                debugDescription: "unknown codec \"\(name)\"; known are \(Codec.names.joined(separator: ", "))")
        }
        self = try type.init(from: decoder).codec
    }
}
