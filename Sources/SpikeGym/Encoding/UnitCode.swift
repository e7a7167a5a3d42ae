/// How many units carry a scaled feature, p in 0…1, and at which rates.
public enum UnitCode: Sendable, Hashable {
    /// One unit, whose rate is p.
    case single

    /// Two units: up = 2(p − ½) for p ≥ ½, down = 2(½ − p) for p < ½. All ups come first, then all downs.
    case splitPolarity

    /// A row of units, each for a part of the range; feature-major. See `SpikeEncoding.ReceptiveFields`.
    case receptiveFields(bins: Int, sigma: Double)

    var unitsPerFeature: Int {
        switch self {
        case .single: 1
        case .splitPolarity: 2
        case .receptiveFields(let bins, _): bins
        }
    }
}

/// What of an observation is encoded.
public enum ObservationCoders: Sendable, Hashable {
    /// The scaled values.
    case rate

    /// Their changes since the observation before, p = δ/(2θ) + ½; θ one for all features or one each, of the scaled
    /// value.
    case step(thresholds: [Double])

    /// Both: the units of the changes, then those of the values.
    case stepAndRate(thresholds: [Double])

    var thresholds: [Double]? {
        switch self {
        case .rate: nil
        case .step(let thresholds), .stepAndRate(let thresholds): thresholds
        }
    }

    var encodesValues: Bool {
        if case .step = self { return false }
        return true
    }
}

extension UnitCode: Codable {
    private enum CodingKeys: CodingKey { case kind, bins, sigma }
    private enum Kind: String, Codable { case single, splitPolarity, receptiveFields }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .single: try values.encode(Kind.single, forKey: .kind)
        case .splitPolarity: try values.encode(Kind.splitPolarity, forKey: .kind)
        case .receptiveFields(let bins, let sigma):
            try values.encode(Kind.receptiveFields, forKey: .kind)
            try values.encode(bins, forKey: .bins)
            try values.encode(sigma, forKey: .sigma)
        }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        switch try values.decode(Kind.self, forKey: .kind) {
        case .single: self = .single
        case .splitPolarity: self = .splitPolarity
        case .receptiveFields:
            self = .receptiveFields(
                bins: try values.decode(Int.self, forKey: .bins), sigma: try values.decode(Double.self, forKey: .sigma))
        }
    }
}

extension ObservationCoders: Codable {
    private enum CodingKeys: CodingKey { case rate, stepThresholds }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(encodesValues, forKey: .rate)
        try values.encodeIfPresent(thresholds, forKey: .stepThresholds)
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let encodesValues = try values.decode(Bool.self, forKey: .rate)
        let thresholds = try values.decodeIfPresent([Double].self, forKey: .stepThresholds)
        switch (encodesValues, thresholds) {
        case (true, nil): self = .rate
        case (true, let thresholds?): self = .stepAndRate(thresholds: thresholds)
        case (false, let thresholds?): self = .step(thresholds: thresholds)
        case (false, nil):
            throw DecodingError.dataCorruptedError(
                forKey: .rate, in: values, debugDescription: "neither values nor steps are encoded")
        }
    }
}
