import Foundation

/// The name and the unit of the quantity that an axis shows, written as `time / s`.
public struct AxisLabel: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The name of the quantity.
    public let name: String

    /// The unit of the quantity; `nil` for none.
    public let unit: String?

    /// Creates a label from a name and a unit.
    ///
    /// - Parameters:
    ///   - name: The name of the quantity.
    ///   - unit: The unit of the quantity; `nil` for none.
    public init(_ name: String, unit: String? = nil) {
        self.name = name
        self.unit = unit
    }

    /// Creates a label without a unit from a string literal.
    ///
    /// - Parameter name: The name of the quantity.
    public init(stringLiteral name: String) { self.init(name) }

    /// The text of the label for ticks that count in units of `10^power`, such as `voltage / 10⁻⁶ V`.
    func text(power: Int = 0) -> String {
        let parts = [power == 0 ? nil : DecimalNumber.powerOfTen(power), unit].compactMap { $0 }
        return parts.isEmpty ? name : "\(name) / \(parts.joined(separator: "\u{A0}"))"
    }
}

/// The mapping from values to positions along an axis.
public enum AxisScale: Sendable, Hashable {
    /// Equal differences have equal lengths.
    case linear
    /// Equal ratios have equal lengths. The axis is linear if any value is not above 0.
    case logarithmic
    /// Logarithmic if all values are above 0 and span more than two decades, otherwise linear.
    case automatic
}

/// One axis of a plot: its range, its ticks and their texts.
struct Axis: Sendable {
    struct Tick: Sendable, Hashable {
        let value: Double
        let text: String
    }

    let label: AxisLabel
    let isLogarithmic: Bool
    let lower: Double
    let upper: Double
    let ticks: [Tick]
    /// The values between ticks that get a fainter line and no number.
    let minorTicks: [Double]
    /// The text of the label, with the power of ten that the ticks count in.
    let title: String

    private let origin: Double
    private let inverseSpan: Double

    /// Creates an axis for a range of values.
    ///
    /// - Parameters:
    ///   - label: The name and the unit of the quantity.
    ///   - extent: The range of values to show; it may be empty or constant.
    ///   - scale: The mapping from values to positions.
    ///   - padding: The space on both sides, as a share of the range.
    ///   - tickCount: The approximate number of ticks, at least 4.
    ///   - countsWhole: Whether ticks are at whole numbers only.
    init(
        _ label: AxisLabel, extent: Extent, scale: AxisScale = .linear, padding: Double = 0, tickCount: Int = 6,
        countsWhole: Bool = false
    ) {
        self.label = label
        isLogarithmic =
            switch scale {
            case .linear: false
            case .logarithmic: !extent.isEmpty && extent.lower > 1e-290
            case .automatic: extent.suitsLogarithm
            }
        let room = extent.drawable
        let range = isLogarithmic ? room.paddedLogarithmically(by: padding) : room.padded(by: padding)
        lower = range.lower
        upper = range.upper
        let placed =
            isLogarithmic
            ? TickPlacement.logarithmic(range, count: tickCount)
            : TickPlacement.linear(range, count: tickCount, countsWhole: countsWhole)
        ticks = placed.ticks
        minorTicks = placed.minorTicks
        title = label.text(power: placed.power)
        origin = isLogarithmic ? log10(lower) : lower
        inverseSpan = 1 / ((isLogarithmic ? log10(upper) : upper) - origin)
    }

    /// The position of a value along the axis: 0 at the lower end, 1 at the upper end.
    @inline(__always)
    func fraction(_ value: Double) -> Double {
        ((isLogarithmic ? log10(max(value, 1e-300)) : value) - origin) * inverseSpan
    }

    func contains(_ value: Double) -> Bool { value >= lower && value <= upper }
}
