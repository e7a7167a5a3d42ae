import ArrayFiles
import Foundation
import SpikeEncoding

/// The file form of an `ObservationScaler`: JSON with `format`, `minimum`, `maximum` and, if known, `largestSteps`.
extension ObservationScaler: Codable {
    private enum CodingKeys: CodingKey { case format, minimum, maximum, largestSteps }

    private static let format = "spikekit observation scaler 1"

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.format, forKey: .format)
        try values.encode(minimum, forKey: .minimum)
        try values.encode(maximum, forKey: .maximum)
        try values.encodeIfPresent(largestSteps, forKey: .largestSteps)
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let format = try values.decode(String.self, forKey: .format)
        guard format == Self.format else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: values, debugDescription: "format is \"\(format)\", not \"\(Self.format)\"")
        }
        do {
            try self.init(
                minimum: values.decode([Double].self, forKey: .minimum),
                maximum: values.decode([Double].self, forKey: .maximum),
                largestSteps: values.decodeIfPresent([Double].self, forKey: .largestSteps))
        } catch let error as CodecError {
            throw DecodingError.dataCorruptedError(
                forKey: .minimum, in: values, debugDescription: error.description)
        }
    }

    /// Writes the scaler as JSON; the file is written whole or not at all.
    ///
    /// - Throws: `FileError` if the file cannot be written.
    public func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // A scaler's numbers are finite, so this never fails.
        guard let data = try? encoder.encode(self) else { preconditionFailure("ObservationScaler: not finite") }
        try AtomicFile.write(data + Data("\n".utf8), to: path)
    }

    /// Reads a scaler that `write` wrote.
    ///
    /// - Throws: `FileError` if the file cannot be read, is not such JSON, or its bounds are invalid.
    public static func read(_ path: String) throws(FileError) -> ObservationScaler {
        let file = try InputFile(path)
        let bytes = try file.bytes(min(file.size, 1 << 26))
        do {
            return try JSONDecoder().decode(ObservationScaler.self, from: Data(bytes))
        } catch {
            throw .malformed(
                path: path, place: nil, problem: "this is no scaler of observations: \(decodingProblem(error))")
        }
    }
}
