/// A count with its noun, such as `1 channel` or `2 channels`.
///
/// - Parameters:
///   - count: The count.
///   - noun: The singular of the noun.
///   - plural: The plural of the noun; `nil` if it ends in an added `s`.
package func counted(_ count: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
