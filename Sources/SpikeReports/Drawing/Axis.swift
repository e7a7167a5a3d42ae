import Foundation

/// What an axis shows and its unit, written `time / s`.
public struct AxisLabel: Sendable, Hashable, ExpressibleByStringLiteral {
    public let name: String
    public let unit: String?

    public init(_ name: String, unit: String? = nil) {
        self.name = name
        self.unit = unit
    }

    public init(stringLiteral name: String) { self.init(name) }

    /// The label of ticks that count in `10^power` units: `voltage / 10⁻⁶ V`.
    func text(power: Int = 0) -> String {
        let parts = [power == 0 ? nil : DecimalNumber.powerOfTen(power), unit].compactMap { $0 }
        return parts.isEmpty ? name : "\(name) / \(parts.joined(separator: "\u{A0}"))"
    }
}

/// How values become positions along an axis.
public enum AxisScale: Sendable, Hashable {
    case linear
    /// Base ten; linear after all where a value is not above 0.
    case logarithmic
    /// Logarithmic where all values are above 0 and span more than two decades.
    case automatic
}

/// One direction of a plot: its range, its ticks and what is written beside them.
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
    /// Values between ticks with a fainter line and no number.
    let minorTicks: [Double]
    /// The label, with the power of ten that the ticks leave out.
    let title: String

    private let origin: Double
    private let inverseSpan: Double

    /// - Parameters:
    ///   - extent: What is to be seen; it may be empty or constant.
    ///   - padding: Space on both sides, as a share of the range.
    ///   - tickCount: About how many ticks there are to be; at least 4.
    ///   - countsWhole: Ticks are at whole numbers only.
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

    /// 0 at the lower end of the axis, 1 at the upper.
    @inline(__always)
    func fraction(_ value: Double) -> Double {
        ((isLogarithmic ? log10(max(value, 1e-300)) : value) - origin) * inverseSpan
    }

    func contains(_ value: Double) -> Bool { value >= lower && value <= upper }
}
