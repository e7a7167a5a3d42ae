import Foundation

/// Decodes JSON with Foundation and additionally rejects objects with a repeated key, of whose values only one would
/// count.
public enum JSONReader {
    /// Decodes a value from JSON.
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - data: The JSON, in UTF-8.
    ///   - decoder: The decoder to use, for example one with its own strategies or `userInfo`.
    /// - Returns: The value.
    /// - Throws: `DecodingError`, which `decodingProblem` describes in words, also if an object has a key twice.
    public static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from data: Data, by decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        if let (path, key) = repeatedKey(in: Array(data)) {
            let place = path.isEmpty ? "" : " in \(path.joined(separator: "."))"
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: [], debugDescription: "\(key) is there twice\(place)"))
        }
        return try decoder.decode(type, from: data)
    }

    /// Finds the first key that an object has twice, even if the two are escaped differently.
    ///
    /// - Parameter json: The JSON, in UTF-8. The function does not check that it is valid.
    /// - Returns: The keys of the enclosing objects, from the outermost, and the key itself; `nil` if no key is
    ///   repeated.
    public static func repeatedKey(in json: [UInt8]) -> (path: [String], key: String)? {
        /// An open object, or an open list, which has no keys.
        struct Level {
            let isObject: Bool
            var keys: Set<String> = []
            var last: String?
        }
        var levels: [Level] = []
        var expectsKey = false
        var place = 0
        while place < json.count {
            let byte = json[place]
            place += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                levels.append(Level(isObject: byte == UInt8(ascii: "{")))
                expectsKey = byte == UInt8(ascii: "{")
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                expectsKey = false
            case UInt8(ascii: ","): expectsKey = levels.last?.isObject == true
            case UInt8(ascii: "\""):
                let start = place
                while place < json.count, json[place] != UInt8(ascii: "\"") {
                    place += json[place] == UInt8(ascii: "\\") ? 2 : 1
                }
                let end = min(place, json.count)
                place += 1
                guard expectsKey else { continue }
                expectsKey = false
                let key = text(json[start..<end])
                guard levels[levels.count - 1].keys.insert(key).inserted else {
                    return (levels.dropLast().compactMap(\.last), key)
                }
                levels[levels.count - 1].last = key
            default: continue
            }
        }
        return nil
    }

    /// The text of a JSON string.
    ///
    /// - Parameter bytes: The bytes between the quotation marks of the string.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let plain = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(UInt8(ascii: "\\")) else { return plain }
        return (try? JSONDecoder().decode(String.self, from: Data("\"\(plain)\"".utf8))) ?? plain
    }
}
