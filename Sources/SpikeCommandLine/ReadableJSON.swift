import Foundation

/// Encodes a value as indented JSON with sorted keys, so that equal values give equal texts.
///
/// - Throws: The errors of `JSONEncoder`.
public func readableJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
