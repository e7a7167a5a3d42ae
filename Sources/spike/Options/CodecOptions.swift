import ArgumentParser
import SpikeCommandLine
import SpikeEncoding

/// The options that choose a codec and its parameters. Options that the chosen codec does not have are refused.
///
/// The options come from the codecs' descriptions. ArgumentParser finds the options of a type by reflection, so this
/// type's mirror lists them.
struct CodecOptions: ParsableArguments, CustomReflectable {
    /// The codec that was asked for.
    private(set) var codec: CodecDescription
    /// The values that were given, by the names of their options.
    private var given: [String: String] = [:]

    init() { codec = StepForward.description }

    var customMirror: Mirror {
        let name = Option<CodecName>(help: "The codec; `spike codecs` says what each is for.")
        let parameters = CodecFlag.all.map { flag in
            let option = Option<String?>(
                name: .customLong(flag.name), parsing: .unconditional,
                help: ArgumentHelp("\(flag.help)", valueName: flag.valueName),
                completion: flag.words.isEmpty ? nil : .list(flag.words))
            return (label: Optional(flag.name), value: option as Any)
        }
        return Mirror(self, children: [(label: "codec", value: name as Any)] + parameters)
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: ParameterKey.self)
        codec = try values.decode(Option<CodecName>.self, forKey: ParameterKey("codec")).wrappedValue.description
        for flag in CodecFlag.all {
            given[flag.name] = try values.decode(Option<String?>.self, forKey: ParameterKey(flag.name)).wrappedValue
        }
    }

    /// Throws if an option was given that the codec does not have, or with an invalid value.
    func validate() throws {
        for flag in CodecFlag.all {
            guard let text = given[flag.name] else { continue }
            guard let parameter = codec.parameter(flag: flag.name) else {
                // Every codec accepts the program's seed; commands that draw no random numbers refuse it themselves.
                if flag.name == "seed", UInt64(text) != nil { continue }
                if isRangeFlag(flag.name), flaw(of: text, in: .number) == nil { continue }
                if flag.name == "seed" || isRangeFlag(flag.name) {
                    let kind = isRangeFlag(flag.name) ? ParameterKind.number : .integer
                    throw invalid(text, flag.name, flag.valueName, flaw(of: text, in: kind))
                }
                let own = codec.parameters.map(\.flag) + (codec.usual.needsRange ? CodecFlag.rangeFlags : [])
                throw ValidationError(
                    "\(codec.name) has no --\(flag.name); it has "
                        + own.map { "--\($0)" }.joined(separator: ", "))
            }
            let flaw = flaw(of: text, in: parameter.kind)
            if flaw != nil || !parameter.accepts(text) {
                let reason = flaw ?? Self.reason { try ValueList<Float>(parsing: text) }
                throw invalid(text, flag.name, parameter.valueName, parameter.kind == .number ? reason : flaw)
            }
        }
    }

    private func isRangeFlag(_ name: String) -> Bool { codec.usual.needsRange && CodecFlag.rangeFlags.contains(name) }

    private func invalid(_ text: String, _ name: String, _ valueName: String, _ reason: String?) -> ValidationError {
        ValidationError(
            "The value '\(text)' is invalid for '--\(name) <\(valueName)>'\(reason.map { ": \($0)" } ?? "")")
    }

    /// Returns what is wrong with a list of numbers in decimal notation, whatever the codec requires of them; `nil` if
    /// nothing is, and for words.
    private func flaw(of text: String, in kind: ParameterKind) -> String? {
        switch kind {
        case .number: Self.reason { try ValueList<Double>(parsing: text) }
        case .integer: Self.reason { try ValueList<Int>(parsing: text) }
        case .words: nil
        }
    }

    /// Returns the message of the error that `parse` throws; `nil` if it throws none.
    private static func reason<Value>(_ parse: () throws -> Value) -> String? {
        do {
            _ = try parse()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Whether the option was given.
    func has(_ flag: String) -> Bool { given[flag] != nil }

    /// The seed that was given; `nil` without one.
    var seed: UInt64? { given["seed"].flatMap { UInt64($0) } }

    /// Makes the codec with the parameters that were given, and defaults for the others.
    ///
    /// - Throws: `CodecError` if a value is outside its bounds; `ValidationError` if an option requires another one.
    func makeCodec() throws -> Codec {
        var texts: [String: String] = [:]
        for parameter in codec.parameters { texts[parameter.key] = given[parameter.flag] }
        let made = try codec.usual.setting(texts: texts)
        for parameter in codec.parameters where has(parameter.flag) && made.text(of: parameter) == nil {
            throw ValidationError("--\(parameter.flag) goes with \(parameter.condition ?? "other options")")
        }
        return Codec(made)
    }

    /// Throws `CommandError` if a required option of the codec was not given.
    func requireAskedFor() throws {
        let asked = codec.parameters.filter(\.isAskedFor)
        if asked.allSatisfy({ has($0.flag) }) { return }
        throw CommandError("\(codec.name) needs " + asked.map { "--\($0.flag)" }.joined(separator: " and "))
    }

    /// The range to scale each channel by, if one was given; `nil` to take it from the recording.
    func ranges(for signal: Signal) throws -> [ValueRange]? {
        guard codec.usual.needsRange, CodecFlag.rangeFlags.contains(where: has) else { return nil }
        return try ranges(
            own: signal.ranges(), offsets: (0..<signal.channelCount).map { signal.offset(ofChannel: $0) })
    }

    /// Throws `CommandError` if a parameter was not given that a whole recording would tell, but a stream does not.
    func requireStreamable() throws {
        try requireAskedFor()
        for parameter in codec.parameters where !has(parameter.flag) {
            guard let source = parameter.fromData else { continue }
            throw CommandError(
                "\(codec.name) takes \(source) of the recording for its \(parameter.name), which a stream does not know "
                    + "before its end; give --\(parameter.flag)")
        }
        if codec.usual.needsRange, !CodecFlag.rangeFlags.allSatisfy(has) {
            throw CommandError(
                "\(codec.name) scales by the range of each channel, which a stream does not know before its end; give "
                    + CodecFlag.rangeFlags.map { "--\($0)" }.joined(separator: " and "))
        }
    }

    /// The range to scale each channel of a stream by; `nil` for codecs that do not scale.
    ///
    /// - Parameter offsets: The number that is subtracted from each channel.
    func ranges(ofStream offsets: [Double]) throws -> [ValueRange]? {
        try requireStreamable()
        guard codec.usual.needsRange else { return nil }
        return try ranges(own: offsets.map { _ in ValueRange(minimum: 0, maximum: 1) }, offsets: offsets)
    }

    /// - Parameter own: The range of each channel where no option gives it.
    private func ranges(own: [ValueRange], offsets: [Double]) throws -> [ValueRange] {
        let lists = CodecFlag.rangeFlags.map { flag in given[flag].flatMap { try? ValueList<Double>(parsing: $0) } }
        for (name, list) in zip(CodecFlag.rangeFlags, lists) {
            if let count = list?.values.count, count != 1 && count != own.count {
                throw CodecError.parameterCount(
                    codec: codec.name, parameter: name, count: count, channels: own.count)
            }
        }
        return try own.indices.map { channel in
            let offset = offsets[channel]
            let least = lists[0].map { Float($0.perChannel[channel] - offset) } ?? own[channel].minimum
            let largest = lists[1].map { Float($0.perChannel[channel] - offset) } ?? own[channel].maximum
            for (name, list) in zip(CodecFlag.rangeFlags, lists) {
                guard let value = list?.perChannel[channel], !Float(value - offset).isFinite else { continue }
                throw CommandError("--\(name): \(value) is beyond what Float32 holds, ±3.4e38")
            }
            guard least < largest else {
                throw CodecError.parameter(
                    codec: codec.name, name: "maximum", value: "\(offset + Double(largest))",
                    requirement: "above minimum \(offset + Double(least))")
            }
            return ValueRange(minimum: least, maximum: largest)
        }
    }
}
