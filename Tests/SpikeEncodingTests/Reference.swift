import Foundation
import SpikeEncoding
import Testing

/// One case of the reference implementation's outputs; see `Fixtures/README.md`.
struct ReferenceCase: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let codec: String
    let params: Parameters
    let input: [[Double]]?
    let spikes: [[Int8]]?
    let decoded: [[Float]]?
    let values: [[Float]]?
    let rates: Rows?
    let taps: Rows?
    let tapsFloat32: [Float]?

    /// Some codecs have one row a channel, others a single row.
    struct Rows: Decodable, Sendable {
        let rows: [[Double]]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            rows = try (try? value.decode([[Double]].self)) ?? [value.decode([Double].self)]
        }
    }

    struct Parameters: Decodable, Sendable {
        let effectiveThreshold: [Float]?
        let threshold: [Float]?
        let downSpike: Bool?
        let initialValue: [Float]?
        let filterOrder: [Int]?
        let filterCutoff: [Float]?
        let isNormed: Bool?
        let frequency: [Float]?
        let membraneConstant: [Float]?
        let delta: Float?
        let padding: Bool?
        let offSpike: Bool?
        let normalized: Bool?
        let maxT: Int?
        let seqLength: Int?
        let minValues: [Double]?
        let maxValues: [Double]?
        let nBins: Int?
        let sigma: Double?
        let maxFiringRate: Double?
        let order: Int?
        let cutoff: Double?
    }

    var testDescription: String { id }

    var signal: Signal { Signal(channels: input!.map { $0.map { Float($0) } }) }

    /// 0…1 for cases that were given as normalised already.
    var knownRanges: [ValueRange]? {
        params.isNormed == true ? input!.map { _ in ValueRange(minimum: 0, maximum: 1) } : nil
    }

    /// The parameter values that `channels` use: the package drops values beyond the channels.
    func perChannel<Value>(_ values: [Value]?) -> PerChannel<Value> {
        PerChannel(each: Array(values!.prefix(input!.count)))
    }

    static func named(_ codec: String) -> [ReferenceCase] { all.filter { $0.codec == codec } }

    private static let all: [ReferenceCase] = {
        let url = Bundle.module.url(forResource: "Fixtures/spike_encoding", withExtension: "json")!
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try! decoder.decode([ReferenceCase].self, from: Data(contentsOf: url))
    }()
}

/// Holds spikes to the reference exactly, and decoded values to 1e-5 of the channel's range: the two sum Float32 numbers
/// in different order, which over 2,000 samples costs up to some 1e-6 of the range.
func expectReference(
    _ encoded: EncodedSignal, _ reference: ReferenceCase, initialValues: PerChannel<Float>? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let expected = reference.spikes!.flatMap(\.self)
    let differing = zip(encoded.spikes.signs, expected).enumerated().filter { $0.element.0 != $0.element.1 }.map(
        \.offset)
    #expect(encoded.spikes.signs.count == expected.count, sourceLocation: sourceLocation)
    #expect(differing.isEmpty, "spikes differ at \(differing.prefix(5))", sourceLocation: sourceLocation)
    guard let decoded = reference.decoded else { return }
    try expectDecoded(encoded.decode(initialValues: initialValues), decoded, of: reference.signal, sourceLocation)
}

func expectDecoded(
    _ signal: Signal, _ expected: [[Float]], of original: Signal, _ sourceLocation: SourceLocation = #_sourceLocation
) throws {
    for (channel, range) in try original.ranges().enumerated() {
        let tolerance = 1e-5 * max(range.width, abs(range.maximum) * 1e-2, 1e-30)
        let worst = zip(signal.channel(channel), expected[channel]).map { abs($0 - $1) }.max()!
        #expect(worst <= tolerance, "channel \(channel) decodes \(worst) off", sourceLocation: sourceLocation)
    }
}
