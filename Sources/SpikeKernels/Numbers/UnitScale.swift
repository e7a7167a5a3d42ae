/// The linear map from a range of values to 0…1: `scale · (x − minimum)`.
///
/// If the range has width 0, or a width whose reciprocal Float32 cannot hold, every value becomes 0.
public struct UnitScale: Sendable {
    /// The least value of the range, which is scaled to 0.
    public let minimum: Float

    /// The width of the range; 0 if its reciprocal is not finite.
    public let width: Float

    /// The factor, which is the reciprocal of the width; 0 if the width is 0.
    public let scale: Float

    /// Creates the map for a range.
    ///
    /// - Parameters:
    ///   - minimum: The least value, which is scaled to 0.
    ///   - maximum: The largest value, at least `minimum`. The difference between the two must be finite.
    @inlinable
    public init(minimum: Float, maximum: Float) {
        let inverse = 1 / (maximum - minimum)
        self.minimum = minimum
        width = inverse.isFinite ? maximum - minimum : 0
        scale = inverse.isFinite ? inverse : 0
    }

    /// Scales a value. Values outside of the range are scaled to values outside of 0…1.
    ///
    /// - Parameter x: A value in the unit of the range.
    @inlinable public func callAsFunction(_ x: Float) -> Float { scale * (x - minimum) }

    /// Scales a value back.
    ///
    /// - Parameter y: A scaled value.
    /// - Returns: The value in the unit of the range.
    @inlinable public func inverse(_ y: Float) -> Float { minimum + y * width }
}

/// The linear map from a range of values to −1…1. If the range has width 0, every value becomes 0.
public struct SignedUnitScale: Sendable {
    /// The map from the range to 0…1.
    public let unit: UnitScale
    /// The value that is subtracted: 0 for a range of width 0, so that its values become 0; otherwise 1.
    @usableFromInline let one: Float

    /// Creates the map from a map to 0…1.
    ///
    /// - Parameter unit: The map from the range to 0…1.
    @inlinable
    public init(_ unit: UnitScale) {
        self.unit = unit
        one = unit.scale == 0 ? 0 : 1
    }

    /// Scales a value. Values outside of the range are scaled to values outside of −1…1.
    ///
    /// - Parameter x: A value in the unit of the range.
    @inlinable public func callAsFunction(_ x: Float) -> Float { 2 * unit(x) - one }

    /// Scales a value back.
    ///
    /// - Parameter y: A scaled value.
    /// - Returns: The value in the unit of the range.
    @inlinable public func inverse(_ y: Float) -> Float { unit.inverse((y + 1) * 0.5) }
}
