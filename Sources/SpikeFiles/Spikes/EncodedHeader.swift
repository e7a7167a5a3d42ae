import Foundation
import SpikeEncoding

/// All parts of an encoded recording except its spikes, as JSON in a file.
struct EncodedHeader: Codable {
    private static let format = "spikekit"
    /// The versions of the header. Version 1 has neither offsets nor a start time. It is written if a recording has
    /// none, so that older programs can read the file.
    private static let versions = 1...2

    private let format: String
    private let version: Int
    let codec: Codec
    private let channels: [EncodedChannel]
    private let samplingRate: Double?
    /// The start time in seconds; `nil` for 0.
    private let startTime: Double?
    private let unit: String?
    private let clippedCount: Int
    let unitCount: Int
    let stepCount: Int

    init(_ encoded: EncodedSignal) {
        format = Self.format
        version = encoded.startTime == 0 && encoded.channels.allSatisfy { $0.offset == 0 } ? 1 : 2
        codec = encoded.codec
        channels = encoded.channels
        samplingRate = encoded.samplingRate
        startTime = encoded.startTime == 0 ? nil : encoded.startTime
        unit = encoded.unit
        clippedCount = encoded.clippedCount
        unitCount = encoded.spikes.unitCount
        stepCount = encoded.spikes.stepCount
    }

    func json(_ path: String) throws(FileError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw .unwritable(path: path, reason: "the encoding cannot be told in JSON: \(error)")
        }
    }

    /// Reads a header from JSON.
    ///
    /// - Parameters:
    ///   - place: What messages call the place of the header in the file.
    ///   - codecs: The codecs that the header may name.
    /// - Throws: `FileError.malformed` unless the header describes an encoding that spikes can complete.
    init(
        json: Data, _ path: String, place: String = "dataset encoding", codecs: [any SignalCodec.Type] = Codec.all
    ) throws(FileError) {
        func malformed(_ problem: String) -> FileError { .malformed(path: path, place: place, problem: problem) }
        let decoder = JSONDecoder()
        decoder.userInfo[.codecs] = codecs
        do {
            self = try decoder.decode(EncodedHeader.self, from: json)
        } catch {
            throw malformed(decodingProblem(error))
        }
        guard format == Self.format, Self.versions.contains(version) else {
            throw malformed(
                "format \(excerpt(format.utf8)) version \(version) is unknown; "
                    + "this program reads \(Self.format) versions \(Self.versions.lowerBound) to "
                    + "\(Self.versions.upperBound)"
            )
        }
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw malformed("the sampling rate is \(samplingRate) Hz")
        }
        guard unitCount >= 0, stepCount >= 0, clippedCount >= 0 else { throw malformed("a count is negative") }
        // The initializer of `EncodedSignal` traps for parts that do not fit each other. Decoding the same parts
        // without spikes throws an error that names the problem.
        do {
            _ = try decoder.decode(EncodedSignal.self, from: try JSONEncoder().encode(Skeleton(self)))
        } catch {
            throw malformed(decodingProblem(error))
        }
        guard stepCount % codec.base.stepsPerSample == 0 else {
            throw malformed("the number of steps, \(stepCount), is no multiple of \(codec.base.stepsPerSample)")
        }
    }

    /// The encoded recording with its spikes.
    ///
    /// - Parameter spikes: The spikes, `unitCount × stepCount`, graded if the codec is.
    func encoded(_ spikes: SpikeTrain) -> EncodedSignal {
        EncodedSignal(
            codec: codec, spikes: spikes, channels: channels, samplingRate: samplingRate, unit: unit,
            clippedCount: clippedCount, startTime: startTime ?? 0)
    }

    /// An encoded recording with no steps.
    private struct Skeleton: Encodable {
        let codec: Codec
        let spikes: SpikeTrain
        let channels: [EncodedChannel]
        let clippedCount: Int
        let startTime: Double?

        init(_ header: EncodedHeader) {
            codec = header.codec
            spikes =
                header.codec.base.isGraded
                ? SpikeTrain(amplitudes: [], unitCount: header.unitCount)
                : SpikeTrain(signs: [], unitCount: header.unitCount)
            channels = header.channels
            clippedCount = header.clippedCount
            startTime = header.startTime
        }
    }
}
