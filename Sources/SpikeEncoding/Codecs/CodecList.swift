extension Codec {
    /// The types of all codecs of this package, in the order of lists.
    public static let all: [any SignalCodec.Type] = [
        StepForward.self,
        BensSpiker.self,
        PulseWidthModulation.self,
        LeakyIntegrateAndFire.self,
        DeltaModulation.self,
        LevelCrossing.self,
        RateStepForward.self,
        RateCode.self,
        ReceptiveFields.self,
    ]

    /// The names of all codecs.
    public static var names: [String] { all.map { $0.name } }
}
