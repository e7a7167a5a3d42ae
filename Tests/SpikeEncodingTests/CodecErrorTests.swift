import Foundation
import SpikeEncoding
import Testing

@Suite struct CodecErrorTests {
    static let codecs: [any SignalCodec] = Codec.all.map { $0.description.usual }

    @Test func valuesThatAreNotFiniteAreNamed() throws {
        for codec in Self.codecs {
            for (channels, channel, sample) in [(1, 0, 0), (2, 1, 37), (20, 3, 4999), (20, 18, 4097)] {
                for value in [Float.infinity, -.infinity, .nan] {
                    var rows = Array(repeating: [Float](repeating: 0.5, count: 5000), count: channels)
                    rows[channel][sample] = value
                    let error = #expect(throws: CodecError.self) { try codec.encode(Signal(channels: rows)) }
                    #expect(
                        error?.description
                            == "channel \(channel), sample \(sample) is \(value); remove or replace such values first",
                        "\(codec)")
                }
            }
        }
    }

    @Test func emptyRecordingsAreRejected() throws {
        for codec in Self.codecs {
            #expect(throws: CodecError.empty(channels: 2, samples: 0)) { try codec.encode(Signal(channels: [[], []])) }
            #expect(throws: CodecError.empty(channels: 0, samples: 0)) { try codec.encode(Signal(channels: [])) }
            #expect(throws: CodecError.empty(channels: 0, samples: 0)) { try codec.stream(channelCount: 0) }
        }
    }

    @Test func rangesBeyondFloatAreRejected() throws {
        let range = ValueRange(minimum: -3e38, maximum: 3e38)
        let signal = Signal(channels: [[-3e38, 0, 3e38]])
        for codec in Self.codecs where codec.needsRange {
            #expect(throws: CodecError.rangeTooWide(channel: 0, range: range)) { try codec.encode(signal) }
            #expect(throws: CodecError.rangeTooWide(channel: 0, range: range)) {
                try codec.stream(channelCount: 1, ranges: [range])
            }
        }
    }

    @Test func parameterCountsMustFit() throws {
        let signal = Signal(channels: [[1, 2], [3, 4], [5, 6]])
        let codecs: [(any SignalCodec, String)] = try [
            (StepForward(threshold: [1, 2]), "threshold"), (DeltaModulation(threshold: [1, 2]), "threshold"),
            (RateStepForward(threshold: [1, 2]), "threshold"), (PulseWidthModulation(frequency: [1, 2]), "frequency"),
            (LeakyIntegrateAndFire(threshold: [1, 2]), "threshold"),
            (LeakyIntegrateAndFire(membraneConstant: [0.1, 0.2]), "membrane constant"),
            (BensSpiker(order: [3, 4]), "order"),
            (BensSpiker(cutoff: [0.1, 0.2]), "cutoff"), (BensSpiker(threshold: [1, 2]), "threshold"),
            (RateCode(minimum: [-1, -2]), "minimum"), (ReceptiveFields(maximum: [1, 2]), "maximum"),
        ]
        for (codec, parameter) in codecs {
            let name = type(of: codec).name
            let input = type(of: codec).description.input
            let expected = CodecError.parameterCount(
                codec: name, parameter: parameter, count: 2, channels: 3, input: input)
            #expect("\(expected)".contains(codec is any ObservationCodec ? "per feature" : "per channel"))
            #expect(throws: expected) { try codec.encode(signal) }
            #expect(throws: expected) { try codec.stream(channelCount: 3, ranges: signal.ranges()) }
        }
    }

    @Test func parametersOutsideTheirRangeAreRejected() {
        let attempts: [(String, () throws -> any SignalCodec)] = [
            ("threshold", { try StepForward(threshold: 0) }), ("threshold", { try StepForward(threshold: [1, -1]) }),
            ("threshold", { try StepForward(threshold: PerChannel(Float.nan)) }),
            ("threshold", { try DeltaModulation(threshold: PerChannel(Float.infinity)) }),
            ("threshold", { try RateStepForward(threshold: 0) }),
            ("threshold", { try LeakyIntegrateAndFire(threshold: -1) }),
            ("membrane constant", { try LeakyIntegrateAndFire(membraneConstant: 0) }),
            ("membrane constant", { try LeakyIntegrateAndFire(membraneConstant: 1.01) }),
            ("frequency", { try PulseWidthModulation(frequency: 0) }),
            ("frequency", { try PulseWidthModulation(frequency: 1000) }), ("order", { try BensSpiker(order: 0) }),
            ("cutoff", { try BensSpiker(cutoff: 0.5) }), ("cutoff", { try BensSpiker(cutoff: 0) }),
            ("threshold", { try BensSpiker(threshold: -0.1) }), ("steps", { try RateCode(steps: 0) }),
            ("maximum rate", { try RateCode(maximumRate: 1.5) }), ("maximum", { try RateCode(minimum: 2) }),
            ("bins", { try ReceptiveFields(bins: 1) }), ("sigma", { try ReceptiveFields(sigma: 0) }),
            ("steps", { try ReceptiveFields(steps: -1) }),
            ("minimum", { try ReceptiveFields(minimum: -Double.infinity) }),
        ]
        for (name, attempt) in attempts {
            let error = #expect(throws: CodecError.self) { _ = try attempt() }
            guard case .parameter(_, name, _, _) = error else {
                Issue.record("expected \(name), got \(String(describing: error))")
                continue
            }
        }
    }

    @Test func filesCannotBringInvalidCodecs() throws {
        for text in [
            #"{"codec":"step-forward","threshold":[-1],"polarity":"bipolar","dialect":"standard"}"#,
            #"{"codec":"step-forward","threshold":[],"polarity":"bipolar","dialect":"standard"}"#,
            #"{"codec":"sonar","threshold":[1]}"#, #"{"codec":"lif"}"#, "{}",
        ] {
            #expect(throws: (any Error).self, "\(text)") { try JSONDecoder().decode(Codec.self, from: Data(text.utf8)) }
        }
        let encoded = try RateStepForward(threshold: 1).encode(Signal(channels: [[1, 2]]))
        var fields = try JSONSerialization.jsonObject(with: JSONEncoder().encode(encoded)) as! [String: Any]
        fields["codec"] = ["codec": "rate-step-forward", "padding": "edge"]
        let unresolved = try JSONSerialization.data(withJSONObject: fields)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(EncodedSignal.self, from: unresolved) }
    }

    @Test func initialValuesAreChecked() throws {
        let signal = Signal(channels: [[1, 2, 3], [4, 4, 4]])
        let encoded = try StepForward().encode(signal)
        #expect(try encoded.decode(initialValues: [10, 20]).values == [10, 10.5, 11, 20, 20, 20])
        #expect(throws: CodecError.initialValue(.infinity)) {
            try encoded.decode(initialValues: PerChannel(Float.infinity))
        }
        #expect(
            throws: CodecError.parameterCount(codec: "step-forward", parameter: "initial value", count: 3, channels: 2)
        ) {
            try encoded.decode(initialValues: [1, 2, 3])
        }
        #expect(throws: CodecError.noInitialValue(codec: "bsa")) {
            try BensSpiker().encode(signal).decode(initialValues: 1)
        }
    }
}
