/// Describes in a part of a line why JSON could not be decoded.
///
/// - Parameter error: The error that a decoder threw.
/// - Returns: The description, such as `trials[2].objective is missing`.
public func decodingProblem(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let context: DecodingError.Context
    switch error {
    case .keyNotFound(let key, let context): return "\(name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        return context.codingPath.isEmpty ? "it is of another form" : "\(name(context.codingPath)) is of another type"
    case .dataCorrupted(let found): context = found
    @unknown default: return "it is of another form"
    }
    let text = context.debugDescription
    let place = context.codingPath.isEmpty ? "a value" : name(context.codingPath)
    // The texts of the standard library and of Foundation name Swift types, so they are told in other words.
    let details = [text, context.underlyingError.map { "\($0)" } ?? ""]
    func mentions(_ words: String) -> Bool { details.contains { $0.contains(words) } }
    if mentions(" does not fit ") || mentions("epresentable") { return "\(place) is out of range" }
    // Foundation says the same of a number that its type cannot hold.
    if mentions("not valid JSON") { return "it is not valid JSON, or has a number that is out of range" }
    if text.hasPrefix("Cannot initialize ") { return "\(place) has a value that is not known" }
    if context.underlyingError != nil { return "\(place) is of another form" }
    return text
}

/// A path of keys as in Swift, such as `trials[2].objective`.
private func name(_ path: [any CodingKey]) -> String {
    path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".").replacing(".[", with: "[")
}
