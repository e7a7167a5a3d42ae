/// Recognises units of measured quantities, such as `mV`, `m/s²` or `°C`. A unit of time alone is not among them.
enum MeasuredUnit {
    /// - Parameter text: A unit, or several with `/`, `·`, `*` or blanks between them, each perhaps with an exponent.
    ///   Upper and lower case differ: `S` is a unit of conductance, `s` one of time.
    static func isKnown(_ text: String) -> Bool {
        if names.contains(text.lowercased()) { return true }
        let factors = text.split { "/·*⋅ ".contains($0) }
        let areOfTime = factors.enumerated().map { index, factor -> Bool? in
            // A unit may begin with 1, as in 1/s.
            if index == 0, factor == "1", factors.count > 1 { return false }
            let unit = factor.prefix(factor.count - factor.reversed().prefix { "^-+0123456789²³⁻¹".contains($0) }.count)
            if TimeUnit.seconds(String(unit)) != nil { return unit.count == factor.count && factors.count == 1 }
            return isUnit(unit) ? false : nil
        }
        return !areOfTime.isEmpty && areOfTime.allSatisfy { $0 == false }
    }

    private static func isUnit(_ text: Substring) -> Bool {
        bare.contains(String(text)) || prefixable.contains(String(text))
            || text.first.map(prefixes.contains) == true && prefixable.contains(String(text.dropFirst()))
    }

    private static let prefixes: Set<Character> = [
        "f", "p", "n", "u", "µ", "μ", "m", "c", "d", "h", "k", "M", "G", "T",
    ]
    private static let prefixable: Set<String> = [
        "V", "A", "W", "N", "Pa", "Hz", "g", "m", "T", "G", "J", "C", "F", "H", "S", "Ω", "Ω", "ohm", "Ohm", "Wb",
        "mol",
        "M", "l", "L", "K", "cd", "lm", "lx", "bar", "eV", "Wh", "VA", "Nm", "Bq", "Gy", "Sv", "cal", "rad", "Oe",
    ]
    private static let bare: Set<String> = [
        "%", "‰", "°", "deg", "°C", "°F", "degC", "degF", "bpm", "rpm", "dps", "psi", "atm", "torr", "Torr", "dB",
        "dBm",
        "dBA", "dBV", "dBFS", "lux", "lbf", "lb", "oz", "ft", "in", "mph", "kph", "kn", "ppm", "ppb", "pH", "mmHg",
        "cmH2O", "inHg", "adu", "ADU", "LSB",
    ]
    /// In lower case.
    private static let names: Set<String> = [
        "a.u.", "au", "arb. unit", "arb. units", "arb.", "mm hg", "cm h2o", "ms2", "volt", "volts", "millivolt",
        "millivolts", "microvolt", "microvolts", "amp", "amps", "ampere", "amperes", "watt", "watts", "newton",
        "newtons",
        "pascal", "pascals", "kelvin", "celsius", "fahrenheit", "degree", "degrees", "percent", "meter", "meters",
        "metre",
        "metres", "gram", "grams", "hertz", "tesla",
    ]
}
