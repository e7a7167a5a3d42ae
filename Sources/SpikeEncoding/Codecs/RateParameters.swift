/// What the `.reference` dialect does in codecs that make rates.
let ratesOfThePackage =
    "Deterministic spikes are placed as the Python package does; Poisson spikes are refused."

/// The parameters that all codecs which make rates have.
extension CodecParameter {
    typealias Path<Codec, Value> = any WritableKeyPath<Codec, Value> & Sendable

    static func steps<Described: ObservationCodec>(_ path: Path<Described, Int>) -> CodecParameter {
        CodecParameter(
            "steps", path, unit: "steps", bounds: .within(1...1_000_000),
            help: "Steps per value; more steps, finer values for more time and spikes.")
    }

    static func conversion<Described: ObservationCodec>(_ path: Path<Described, RateConversion>) -> CodecParameter {
        CodecParameter(
            "conversion", path,
            help: "How rates become spikes: deterministic for repeatable tests, Poisson for training with noise.")
    }

    static func seed<Described: ObservationCodec>(_ path: Path<Described, UInt64?>) -> CodecParameter {
        CodecParameter(
            "seed", path, help: "Seed of Poisson spikes.", condition: "--conversion poisson", isInFiles: false)
    }

    static func dialect<Described: ObservationCodec>(_ path: Path<Described, Dialect>) -> CodecParameter {
        CodecParameter(
            "dialect", path, help: "How deterministic spikes are placed.",
            inOlderFiles: { $0.conversion.dialectOfOldFiles })
    }
}
