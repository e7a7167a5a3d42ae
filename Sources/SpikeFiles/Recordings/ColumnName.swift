/// A column's header taken apart: `ECG (mV)`, `ECG [mV]` and `ECG_mV` are a quantity and its unit.
struct ColumnName {
    let quantity: String
    let unit: String?

    /// The units that are recognised after an underscore. In brackets, any text is a unit.
    private static let knownUnits: Set<String> = [
        "V", "mV", "uV", "µV", "μV", "nV", "kV", "A", "mA", "uA", "µA", "nA", "pA", "g", "mg", "m/s2", "m/s^2", "m/s²",
        "ms2",
        "dps", "deg/s", "rad/s", "deg", "rad", "T", "mT", "uT", "µT", "degC", "°C", "K", "Pa", "kPa", "hPa", "MPa",
        "bar",
        "mbar", "mmHg", "cmH2O", "bpm", "Hz", "kHz", "W", "kW", "kWh", "N", "kN", "Nm", "m", "cm", "mm", "um", "µm",
        "nm", "m/s",
        "km/h", "kg", "%", "lux", "lx", "dB", "ohm", "kohm", "uS", "µS", "s", "ms", "us", "µs", "ns", "min",
    ]

    init(_ name: String) {
        for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)] {
            if name.last == close, let start = name.lastIndex(of: open) {
                let inside = name[name.index(after: start)...].dropLast()
                quantity = Self.trimmed(name[..<start])
                unit = inside.isEmpty ? nil : Self.trimmed(inside)
                return
            }
        }
        if let underscore = name.lastIndex(of: "_"), underscore > name.startIndex {
            let suffix = String(name[name.index(after: underscore)...])
            if Self.knownUnits.contains(suffix) {
                quantity = String(name[..<underscore])
                unit = suffix
                return
            }
        }
        quantity = name
        unit = nil
    }

    /// The unit that all names have in common; `nil` if there is none.
    static func commonUnit(_ names: [String]) -> String? {
        let units = Set(names.map { ColumnName($0).unit })
        return units.count == 1 ? units.first! : nil
    }

    /// The name with the unit added, unless the name already has one.
    static func name(_ name: String, unit: String?) -> String {
        guard let unit, !unit.isEmpty, ColumnName(name).unit == nil else { return name }
        return knownUnits.contains(unit) && !name.contains(" ") ? "\(name)_\(unit)" : "\(name) (\(unit))"
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " || text.last == "_" { text.removeLast() }
        return String(text)
    }
}
