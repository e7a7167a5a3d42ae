/// The number of units that encode a scaled feature p in 0…1, and their rates.
public enum UnitCode: Sendable, Hashable {
    /// One unit with the rate p.
    case single

    /// Two units with the rates up = 2(p − ½) for p ≥ ½ and down = 2(½ − p) for p < ½, otherwise 0. All up units come
    /// before all down units.
    case splitPolarity

    /// `bins` units per feature, each responding to a part of the range; all units of a feature stand together. See
    /// `SpikeEncoding.ReceptiveFields`.
    case receptiveFields(bins: Int, sigma: Double)

    var unitsPerFeature: Int {
        switch self {
        case .single: 1
        case .splitPolarity: 2
        case .receptiveFields(let bins, _): bins
        }
    }
}

/// The quantities of an observation that are encoded.
public enum ObservationCoders: Sendable, Hashable {
    /// The scaled values.
    case rate

    /// The changes δ of the scaled values since the previous observation, as p = δ/(2θ) + ½, with one threshold θ for
    /// all features or one per feature.
    case step(thresholds: [Double])

    /// Changes and values; the units of the changes come first.
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
