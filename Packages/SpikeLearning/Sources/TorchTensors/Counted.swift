/// A count with its noun, such as `1 image` or `2 images`.
///
/// - Parameters:
///   - count: The count.
///   - noun: The singular of the noun.
///   - plural: The plural of the noun; `nil` if it ends in an added `s`.
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
