import Foundation
import SpikeEncoding
import SpikeGym
import Testing

/// One case of the reference encoder's outputs; see `Fixtures/README.md`.
struct ReferenceCase: Decodable, Sendable, CustomTestStringConvertible {
    let id: String
    let params: Parameters
    /// [feature][observation]
    let input: [[Double]]
    /// [unit][observation · T]; observations that were encoded, without the one that an episode began with.
    let spikes: [[Int8]]
    /// [unit][observation]
    let rates: [[Double]]

    struct Parameters: Decodable, Sendable {
        let seqLength: Int
        let minValues: [Double]
        let maxValues: [Double]
        let splitExcInh: Bool
        let addInvertedInputs: Bool
        let maxFiringRate: Double
        let rateCoder: Bool
        let stepCoder: Bool
        let converterThreshold: [Double]?
    }

    var testDescription: String { id }

    static let all: [ReferenceCase] = try! fixture("observation_encoder")

    func encoder(_ dialect: Dialect) throws -> ObservationEncoder {
        let coders: ObservationCoders =
            switch (params.rateCoder, params.stepCoder) {
            case (true, true): .stepAndRate(thresholds: params.converterThreshold!)
            case (false, true): .step(thresholds: params.converterThreshold!)
            default: .rate
            }
        return try ObservationEncoder(
            scaler: ObservationScaler(minimum: params.minValues, maximum: params.maxValues), steps: params.seqLength,
            coders: coders, unitCode: params.splitExcInh ? .splitPolarity : .single,
            hasInvertedInputs: params.addInvertedInputs, maximumRate: params.maxFiringRate, dialect: dialect)
    }

    /// One a row, in the order of time.
    var observations: [Observations] {
        input[0].indices.map { column in
            Observations(values: input.map { $0[column] }, featureCount: input.count)
        }
    }

    /// Observations that only say where an episode begins.
    var firstCount: Int { params.stepCoder ? 1 : 0 }
}

func fixture<Value: Decodable>(_ name: String) throws -> Value {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Value.self, from: Data(contentsOf: url))
}
