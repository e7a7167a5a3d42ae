import SpikeKernels

/// Computes the rates of the units of receptive fields, `[count, bins]`, for values scaled to 0…1.
@_cdecl("spikekit_fields_encode")
public func fieldsEncode(
    _ bins: Int, _ sigma: Double, _ maximumRate: Double, _ values: UnsafePointer<Double>, _ count: Int,
    _ rates: UnsafeMutablePointer<Double>
) {
    let fields = GaussianFields(bins: bins, sigma: sigma, maximumRate: maximumRate)
    for index in 0..<count {
        fields.rates(scaled: values[index], into: UnsafeMutableBufferPointer(start: rates + index * bins, count: bins))
    }
}

/// Decodes the spike counts of the units, `[count, bins]`, to values scaled to 0…1.
@_cdecl("spikekit_fields_decode")
public func fieldsDecode(
    _ flags: Int32, _ bins: Int, _ counts: UnsafePointer<Int>, _ count: Int, _ values: UnsafeMutablePointer<Double>
) {
    let fields = GaussianFields(bins: bins, sigma: 1)
    for index in 0..<count {
        values[index] = fields.scaledValue(
            counts: UnsafeBufferPointer(start: counts + index * bins, count: bins),
            isDeterministic: !Flags(bits: flags).isPoisson)
    }
}
