import SpikeKernels

/// A codec of observations as the interface is told of it: five numbers of 64 bits.
struct ObservationCode {
    /// The number of receptive fields; 0 for a single unit whose rate is the value.
    var bins: Int
    /// T, the number of steps per value.
    var steps: Int
    /// The seed of Poisson spikes.
    var seed: UInt64
    /// The width of the receptive fields, of the range scaled to 0…1.
    var sigma: Double
    /// The largest rate, in spikes per step.
    var maximumRate: Double

    var unitCount: Int { max(1, bins) }
    var fields: GaussianFields { GaussianFields(bins: bins, sigma: sigma, maximumRate: maximumRate) }
}

/// The least and the largest value of a feature.
struct Bounds {
    var low: Double
    var high: Double

    /// The value scaled to 0…1, and whether it lies outside of the bounds.
    @inline(__always)
    func scaled(_ value: Double, _ flags: Flags) -> (scaled: Double, isClipped: Bool) {
        if value < low { return (0, true) }
        if value > high { return (1, true) }
        let width = high - low
        // In halves if needed, whose differences do not overflow. A half of a narrow range could be 0.
        var scaled = width.isFinite ? (value - low) / width : (value / 2 - low / 2) / (high / 2 - low / 2)
        if flags.isReference {
            let scale = 1 / width
            if scale.isFinite { scaled = value * scale - low * scale }
        }
        return (min(max(scaled, 0), 1), false)
    }
}

/// Encodes observations.
///
/// - Parameters:
///   - flags: Poisson or deterministic, and the dialect.
///   - code: The `ObservationCode`.
///   - bounds: The `Bounds` of each feature.
///   - values: The values, `[recordings, features, samples]`.
///   - position: The number of samples that came before these, for the random numbers.
///   - rows: What is known of each row of values, or `nil`. Filled in: the initial value, which is its first value.
///   - offsets: What is subtracted from the initial values of each feature, or `nil`.
///   - spikes: Memory for `[recordings, features, units, samples, T]` spikes.
///   - clipped: Receives the number of values outside of the bounds.
///   - stop: The call ends soon after this number is no longer 0.
/// - Returns: −1; the index of the first value that is NaN or infinite; or `stopped`.
@_cdecl("spikekit_observations_encode")
public func observationsEncode(
    _ flags: Int32, _ code: UnsafeRawPointer, _ bounds: UnsafeRawPointer, _ values: UnsafePointer<Double>,
    _ recordings: Int, _ features: Int, _ samples: Int, _ position: Int, _ rows: UnsafeMutableRawPointer?,
    _ offsets: UnsafePointer<Double>?, _ spikes: UnsafeMutablePointer<Int8>, _ clipped: UnsafeMutablePointer<Int>,
    _ stop: UnsafePointer<Int32>
) -> Int {
    let code = code.assumingMemoryBound(to: ObservationCode.self).pointee
    let bounds = bounds.assumingMemoryBound(to: Bounds.self)
    let flags = Flags(bits: flags)
    for index in 0..<recordings * features * samples where !values[index].isFinite { return index }
    if let rows = rows?.assumingMemoryBound(to: Row.self), samples > 0 {
        for row in 0..<recordings * features {
            rows[row].initialValue = nearestFinite(values[row * samples] - (offsets?[row % features] ?? 0))
        }
    }
    let deterministic = DeterministicRate(steps: code.steps, variant: flags.variant)
    let poisson = PoissonRate(steps: code.steps, seed: code.seed)
    let units = code.unitCount
    let rates = UnsafeMutableBufferPointer<Double>.allocate(capacity: units)
    defer { rates.deallocate() }
    var count = 0
    for row in 0..<recordings * features {
        let feature = row % features
        for sample in 0..<samples {
            if stop.pointee != 0 { return stopped }
            let (scaled, isClipped) = bounds[feature].scaled(values[row * samples + sample], flags)
            if isClipped { count += 1 }
            if code.bins > 0 {
                code.fields.rates(scaled: scaled, into: rates)
            } else {
                rates[0] = scaled * code.maximumRate
            }
            for unit in 0..<units {
                let into = spikes + ((row * units + unit) * samples + sample) * code.steps
                if flags.isPoisson {
                    let index = ((position + sample) * features + feature) * units + unit
                    poisson.encode(rate: rates[unit], index: index, into: into)
                } else {
                    deterministic.encode(rate: rates[unit], into: into)
                }
            }
        }
    }
    clipped.pointee = count
    return -1
}

/// Decodes observations.
///
/// - Parameters:
///   - spikes: The spikes, `[recordings, features, units, samples, T]`.
///   - offsets: What is subtracted from the values of each row, or `nil`.
///   - singles: Memory for one value per sample of each row, or `nil` if they are wanted in double precision.
///   - doubles: Memory for the values in double precision, or `nil`.
///   - Others: As of `observationsEncode`.
/// - Returns: −1; the index of the first value that Float32 does not hold, if `singles` is given; or `stopped`.
@_cdecl("spikekit_observations_decode")
public func observationsDecode(
    _ flags: Int32, _ code: UnsafeRawPointer, _ bounds: UnsafeRawPointer, _ spikes: UnsafePointer<Int8>,
    _ recordings: Int, _ features: Int, _ samples: Int, _ offsets: UnsafePointer<Double>?,
    _ singles: UnsafeMutablePointer<Float>?, _ doubles: UnsafeMutablePointer<Double>?, _ stop: UnsafePointer<Int32>
) -> Int {
    let code = code.assumingMemoryBound(to: ObservationCode.self).pointee
    let bounds = bounds.assumingMemoryBound(to: Bounds.self)
    let flags = Flags(bits: flags)
    let rate = DeterministicRate(steps: code.steps, variant: flags.variant)
    let units = code.unitCount
    let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: units)
    defer { counts.deallocate() }
    for row in 0..<recordings * features {
        let (low, high) = (bounds[row % features].low, bounds[row % features].high)
        let width = high - low
        for sample in 0..<samples {
            if stop.pointee != 0 { return stopped }
            for unit in 0..<units {
                counts[unit] = sum(spikes + ((row * units + unit) * samples + sample) * code.steps, count: code.steps)
            }
            let scaled: Double
            if code.bins > 0 {
                scaled = code.fields.scaledValue(
                    counts: UnsafeBufferPointer(counts), isDeterministic: !flags.isPoisson)
            } else {
                let found =
                    flags.isPoisson
                    ? Double(counts[0]) / Double(code.steps)
                    : rate.rate(count: counts[0], maximumRate: code.maximumRate)
                scaled = min(1, found / code.maximumRate)
            }
            // In halves, whose differences do not overflow. Such bounds have no offset.
            let value =
                width.isFinite
                ? low - (offsets?[row] ?? 0) + scaled * width : (low / 2 + scaled * (high / 2 - low / 2)) * 2
            let index = row * samples + sample
            if let singles {
                singles[index] = Float(value)
                if !singles[index].isFinite { return index }
            }
            doubles?[index] = value
        }
    }
    return -1
}

private func sum(_ spikes: UnsafePointer<Int8>, count: Int) -> Int {
    var sum = 0
    for index in 0..<count { sum &+= Int(spikes[index]) }
    return sum
}
