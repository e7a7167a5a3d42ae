import SpikeEncoding

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The range of one parameter, and the mapping from the optimizer's 0…1 to it.
struct SearchDimension {
    /// The parameter's key.
    let name: String
    let lower: Double
    let upper: Double
    let scale: ParameterSearch.Scale

    func value(_ position: Double) -> Double {
        switch scale {
        case .linear: lower + position * (upper - lower)
        case .logarithmic: lower * pow(upper / lower, position)
        case .integer: (lower + position * (upper - lower)).rounded()
        }
    }
}

extension Codec {
    /// The parameters that are searched.
    private var searched: [(parameter: CodecParameter, search: ParameterSearch)] {
        type(of: base).parameters.compactMap { parameter in parameter.search.map { (parameter, $0) } }
    }

    /// The ranges to search for a channel; empty for a constant one, where nothing is to be found.
    func searchSpace(channel: Signal, range: ValueRange) throws(TuningError) -> [SearchDimension] {
        // The smallest threshold must be a normal Float32.
        guard Double(range.width) / 2000 >= Double(Float.leastNormalMagnitude) else { return [] }
        return try wrappingCodecErrors { () throws(CodecError) in
            try searched.map { (parameter, search) throws(CodecError) in
                let bounds = try search.range(for: channel, values: range)
                return SearchDimension(
                    name: parameter.key, lower: bounds.lowerBound, upper: bounds.upperBound, scale: search.scale)
            }
        }
    }

    /// A channel's parameters, in the order of the search space.
    func parameters(ofChannel channel: Int) -> [Trial.Parameter] {
        searched.map { parameter, _ in
            let numbers = base.numbers(of: parameter)
            return Trial.Parameter(name: parameter.key, value: numbers.count == 1 ? numbers[0] : numbers[channel])
        }
    }

    /// A copy of the codec with other parameters, `values[channel][parameter]`. Traps for values outside of their
    /// bounds.
    func replacingParameters(with values: [[Double]]) -> Codec {
        let numbers = searched.enumerated().map { index, entry in (entry.parameter.key, values.map { $0[index] }) }
        do throws(CodecError) {
            return Codec(try base.setting(numbers: Dictionary(uniqueKeysWithValues: numbers)))
        } catch {
            preconditionFailure("replacingParameters: \(error)")
        }
    }
}
