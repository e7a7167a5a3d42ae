import SpikeKernels

/// The codecs that have gradients, by the numbers that Python knows them by.
private enum GradientCodec: Int32 {
    case stepForward, delta, levelCrossing, leakyIntegrateAndFire, bensSpiker, rateStepForward
}

/// Computes the gradients of rows of samples, and of the codec's parameters, from those of the spikes.
///
/// - Parameters:
///   - codec: A `GradientCodec`.
///   - flags: The choices of the call that encoded.
///   - kind: A `Surrogate.Kind`.
///   - size: The surrogate's slope, or its width.
///   - detachesReset: 1 if spikes count as constants where they change the state of the encoder, else 0.
///   - rows: What is known of each row, as encoding left it.
///   - samples: The samples that were encoded, without gaps between rows.
///   - spikes: The spikes as bytes, without gaps between rows; `nil` for graded codecs.
///   - gradients: The gradients of the spikes, one per sample.
///   - input: Memory for the gradients of the samples.
///   - parameters: Memory for the gradients of the three parameters of each row.
/// - Returns: −1, or `stopped`.
@_cdecl("spikekit_gradient")
public func gradient(
    _ codec: Int32, _ flags: Int32, _ kind: Int32, _ size: Double, _ detachesReset: Int32, _ rows: UnsafeRawPointer,
    _ samples: UnsafePointer<Float>, _ spikes: UnsafePointer<Int8>?, _ gradients: UnsafePointer<Double>,
    _ rowCount: Int, _ count: Int, _ input: UnsafeMutablePointer<Double>, _ parameters: UnsafeMutablePointer<Double>
) -> Int {
    let rows = rows.assumingMemoryBound(to: Row.self)
    let flags = Flags(bits: flags)
    guard let codec = GradientCodec(rawValue: codec), let kind = Surrogate.Kind(rawValue: kind) else { return -1 }
    let options = GradientOptions(
        surrogate: Surrogate(kind: kind, size: size), detachesReset: detachesReset != 0,
        isBipolar: !flags.isUnipolar)
    for index in 0..<rowCount {
        let known = rows[index]
        if rows[index].stop != 0 { return stopped }
        let row = GradientRow(
            samples: samples + index * count, count: count, spikes: gradients + index * count,
            input: input + index * count, parameters: parameters + index * 3)
        row.input.update(repeating: 0, count: count)
        row.parameters.update(repeating: 0, count: 3)
        let first = known.parameters.0
        let zero = flags.startsFromZero ? known.zero : nil
        switch codec {
        case .stepForward:
            let found = stepGradient(row, edge: first, step: first, options)
            row.parameters[0] = found.edge + found.step
        case .levelCrossing:
            let share = 1 + known.parameters.1
            let found = stepGradient(row, edge: share * first * 0.5, step: first, options)
            row.parameters[0] = found.edge * Double(share) / 2 + found.step
            row.parameters[1] = found.edge * Double(first) / 2
        case .delta: deltaGradient(row, threshold: first, zero: zero, options)
        case .rateStepForward: rateStepGradient(row, threshold: first, zero: zero)
        case .leakyIntegrateAndFire:
            leakyGradient(
                row, scale: known.scale, threshold: first, membraneConstant: known.parameters.1,
                isReference: flags.isReference, options)
        case .bensSpiker:
            guard let spikes else { return -1 }
            bensSpikerGradient(
                row, order: Int(first), cutoff: known.parameters.1, scale: known.scale,
                threshold: known.parameters.2, isReference: flags.isReference, fires: spikes + index * count, options)
        }
    }
    return -1
}
