import SpikeEncoding

/// One of every codec in each of its dialects, with parameters at random for the channels and the scale of `signal`, so
/// that all of them can stream.
func allCodecs(for signal: Signal, using generator: inout SeededGenerator) throws -> [any SignalCodec] {
    var codecs: [any SignalCodec] = []
    for type in Codec.all {
        for dialect in type.description.referenceDialect == nil ? [nil] : Dialect.allCases.map(Optional.some) {
            codecs.append(try randomCodec(type.description, dialect, for: signal, using: &generator))
        }
    }
    return codecs
}

/// Numbers come from the range that a search looks through, words are drawn, and values are scaled to the recording.
private func randomCodec(
    _ description: CodecDescription, _ dialect: Dialect?, for signal: Signal, using generator: inout SeededGenerator
) throws -> any SignalCodec {
    let ranges = try signal.ranges()
    var texts: [String: String] = [:]
    for parameter in description.parameters {
        let numbers: [Double]
        if parameter.key == "dialect", let dialect {
            texts["dialect"] = dialect.rawValue
            continue
        } else if case .words(let words) = parameter.kind {
            texts[parameter.key] = words.randomElement(using: &generator)!
            continue
        } else if let search = parameter.search {
            numbers = try ranges.indices.map { channel in
                let range = try search.range(for: signal.choosing(channels: [channel]), values: ranges[channel])
                let number = Double.random(in: range, using: &generator)
                if search.scale == .integer { return number.rounded() }
                // A constant channel has no range to search.
                return parameter.bounds?.contains(number) == false ? 1e-3 : number
            }
        } else {
            switch parameter.key {
            case "minimum":
                numbers = ranges.indices.map { Double(ranges[$0].minimum) + signal.offset(ofChannel: $0) - 1 }
            case "maximum":
                numbers = ranges.indices.map {
                    let least = Double(ranges[$0].minimum) + signal.offset(ofChannel: $0)
                    return least + 0.9 * Double(ranges[$0].width) + 1e-3
                }
            case "steps", "bins": numbers = [Double(Int.random(in: 2...12, using: &generator))]
            case "seed": numbers = [Double(Int.random(in: 0...1 << 40, using: &generator))]
            default:
                guard parameter.fromData != nil else { continue }
                numbers = ranges.map { Double(max($0.width, 1e-3) * .random(in: 0.1...1, using: &generator)) }
            }
        }
        texts[parameter.key] =
            numbers
            .map { parameter.kind == .integer ? "\(Int($0))" : "\($0)" }.joined(separator: ",")
    }
    // Poisson spikes have no reference dialect.
    if dialect == .reference, texts["conversion"] != nil { texts["conversion"] = "deterministic" }
    return try description.usual.setting(texts: texts)
}

extension SignalCodec {
    /// The codec with one channel's parameters.
    func restricted(toChannel channel: Int) throws -> Self {
        var numbers: [String: [Double]] = [:]
        for parameter in Self.parameters where parameter.isPerChannel {
            let all = self.numbers(of: parameter)
            if all.count > 1 { numbers[parameter.key] = [all[channel]] }
        }
        return try setting(numbers: numbers)
    }
}
