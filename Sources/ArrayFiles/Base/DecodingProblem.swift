/// Describes in a part of a line why JSON could not be decoded.
///
/// - Parameter error: The error that a decoder threw.
/// - Returns: The description, such as `trials[2].objective is missing`.
public func decodingProblem(_ error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String {
        path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".").replacing(".[", with: "[")
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context): return "\(name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        return context.codingPath.isEmpty ? "it is of another form" : "\(name(context.codingPath)) is of another type"
    case .dataCorrupted(let context):
        let text = context.debugDescription
        if text.hasPrefix("The given data was not valid JSON") { return "it is not valid JSON" }
        // The standard library's own text names Swift types.
        if text.hasPrefix("Cannot initialize ") { return "\(name(context.codingPath)) has a value that is not known" }
        if context.underlyingError != nil || text.contains(" does not fit ") || text.contains("not representable") {
            return "\(name(context.codingPath)) is out of range"
        }
        return text
    default: return "\(error)"
    }
}
