import Foundation

/// Whether a name comes before another one in the order that people expect, in which numbers are compared by their
/// values: `run-2` comes before `run-10`.
///
/// - Parameters:
///   - a: A name.
///   - b: The name to compare it with.
/// - Returns: True if `a` comes before `b`.
public func isNaturallyBefore(_ a: String, _ b: String) -> Bool {
    let order = a.compare(b, options: .numeric)
    // Different names can be equal by their values, such as 1 and 01.
    return order == .orderedSame ? a < b : order == .orderedAscending
}
