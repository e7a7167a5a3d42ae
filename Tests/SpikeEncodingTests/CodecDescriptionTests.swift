import Foundation
import SpikeEncoding
import Testing

@Suite struct CodecDescriptionTests {
    private static let descriptions = Codec.all.map { $0.description }

    @Test func namesAreUnique() {
        let names = Self.descriptions.map(\.name)
        #expect(names == Codec.names && Set(names).count == names.count)
        for codec in Self.descriptions {
            #expect(Set(codec.parameters.map(\.key)).count == codec.parameters.count, "\(codec.name)")
            #expect(Set(codec.parameters.map(\.flag)).count == codec.parameters.count, "\(codec.name)")
        }
        #expect(StepForward.description.parameter(flag: "threshold")?.key == "threshold")
        #expect(LeakyIntegrateAndFire.description.parameter(flag: "membrane")?.name == "membrane constant")
        #expect(RateCode.description.parameter(flag: "maximum-rate")?.key == "maximumRate")
        #expect(RateCode.description.parameter(flag: "padding") == nil)
    }

    @Test func textsAreSentences() {
        for codec in Self.descriptions {
            for text in [codec.purpose, codec.referenceDialect].compactMap(\.self) + codec.parameters.map(\.help) {
                #expect(text.hasSuffix(".") && text.first?.isUppercase == true, "\(codec.name): \(text)")
            }
            #expect(!codec.title.isEmpty && !codec.source.isEmpty)
            let hasDialect = codec.parameters.contains { $0.key == "dialect" }
            #expect((codec.referenceDialect != nil) == hasDialect, "\(codec.name)")
        }
        #expect(ReceptiveFields.description.input == .observations && StepForward.description.input == .recordings)
        #expect(StepForward.description.typeName == "StepForward")
    }

    /// A default is within the bounds, and both ends of a search are.
    @Test func searchesStayWithinBounds() throws {
        let signal = Signal(channels: [[0, 3, 2, 5, 1, 1.5, 9, 2]])
        let values = try signal.ranges()[0]
        for codec in Self.descriptions {
            #expect(codec.isTunable == codec.parameters.contains { $0.search != nil })
            for parameter in codec.parameters {
                guard let search = parameter.search else { continue }
                let range = try search.range(for: signal, values: values)
                for end in [range.lowerBound, range.upperBound] {
                    #expect(parameter.bounds?.contains(end) == true, "\(codec.name): \(parameter.key) \(end)")
                    let changed = try codec.usual.setting(numbers: [parameter.key: [end]])
                    #expect(abs(changed.numbers(of: parameter)[0] - end) <= 1e-6 * abs(end))
                }
            }
        }
    }

    /// Every parameter can be read as text and set from it again.
    @Test func textsGiveTheCodecAgain() throws {
        var generator = SeededGenerator(seed: printedSeed())
        for _ in 0..<20 {
            let signal = randomSignal(channels: 3, samples: 40, using: &generator)
            for codec in try allCodecs(for: signal, using: &generator) {
                let description = type(of: codec).description
                var texts: [String: String] = [:]
                for parameter in description.parameters { texts[parameter.key] = codec.text(of: parameter) }
                #expect(Codec(try description.usual.setting(texts: texts)) == codec.codec, "\(codec)")
                let changed = try codec.restricted(toChannel: 1)
                for parameter in description.parameters where parameter.isPerChannel {
                    let numbers = codec.numbers(of: parameter)
                    #expect(changed.numbers(of: parameter) == [numbers[numbers.count == 1 ? 0 : 1]])
                }
            }
        }
    }

    @Test(
        arguments: [
            (ParameterBounds.finite, false, "finite", [0, -1e300], [.nan, .infinity]),
            (.above(0), false, "finite and > 0", [1e-300], [0, -1, .infinity]),
            (.atLeast(0), false, "finite and >= 0", [0, 5], [-0.1, .nan]),
            (.atLeast(2), true, ">= 2", [2, 3], [1]),
            (.between(0, 0.5), false, "> 0 and < 0.5", [0.1, 0.499], [0, 0.5]),
            (.above(0, upTo: 999), false, "> 0 and <= 999", [999, 1e-9], [0, 999.1]),
            (.within(1...65536), true, ">= 1 and <= 65536", [1, 65536], [0, 65537]),
        ] as [(ParameterBounds, Bool, String, [Double], [Double])])
    func bounds(
        _ bounds: ParameterBounds, _ isInteger: Bool, _ requirement: String, _ inside: [Double], _ outside: [Double]
    ) {
        #expect(bounds.requirement(isInteger: isInteger) == requirement)
        #expect(inside.allSatisfy(bounds.contains))
        #expect(!outside.contains(where: bounds.contains))
    }

    @Test func textsThatAreNoValuesAreRefused() throws {
        let threshold = try #require(StepForward.description.parameter(flag: "threshold"))
        for text in ["0.5", "0.5,0.2", " 1, 2", "-3", "nan", "inf"] { #expect(threshold.accepts(text), "\(text)") }
        for text in ["", "ten", "1,,2", "1e39", "0.5;1", "1 2"] { #expect(!threshold.accepts(text), "\(text)") }
        let order = try #require(BensSpiker.description.parameter(flag: "order"))
        #expect(order.accepts("3,4") && !order.accepts("3.5"))
        let polarity = try #require(StepForward.description.parameter(flag: "polarity"))
        #expect(polarity.accepts("unipolar") && !polarity.accepts("upwards"))
        let seed = try #require(RateCode.description.parameter(flag: "seed"))
        #expect(seed.accepts("18446744073709551615") && !seed.accepts("-1"))
        let error = #expect(throws: CodecError.self) { try StepForward().setting(texts: ["threshold": "ten"]) }
        #expect(error?.description == "step-forward: threshold must be finite and > 0, got ten")
        #expect(try RateCode().setting(texts: ["conversion": "poisson", "seed": "7"]).conversion == .poisson(seed: 7))
        #expect(try RateCode().setting(texts: ["seed": "7"]).conversion == .deterministic)
    }

    @Test func codecsOfDifferentTypesDiffer() throws {
        let codecs = Self.descriptions.map { $0.usual.codec }
        #expect(Set(codecs).count == codecs.count)
        #expect(try StepForward(threshold: 2).codec != StepForward().codec)
        #expect(try StepForward(threshold: 2).codec == StepForward(threshold: 2).codec)
    }
}
