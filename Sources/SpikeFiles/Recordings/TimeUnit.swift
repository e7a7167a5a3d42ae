/// The unit of times as far as the name of a column tells.
enum TimeUnit: Equatable {
    /// A unit of time, by its length in seconds.
    case seconds(Double)
    /// The name has no unit.
    case unstated
    /// The unit is not known, such as `samples` or `10us`.
    case unknown
    /// The unit is not one of time, such as in `T (°C)`.
    case notOfTime

    var inSeconds: Double? {
        if case .seconds(let seconds) = self { seconds } else { nil }
    }

    /// The length of a unit of time in seconds, by any of its names in lower case; `nil` for an unknown name.
    static func seconds(_ word: String) -> Double? { lengths[word] }

    private static let lengths: [String: Double] = {
        let names: [(Double, String)] = [
            (1, "s sec secs second seconds sek sekunde sekunden sekunda sekundy seconde secondes"),
            (1, "seg segs segundo segundos"),
            (1e-3, "ms msec msecs milli millis millisec millisecond milliseconds milliseconde millisecondes"),
            (1e-3, "msek millisek millisekunde millisekunden mseg milisegundo milisegundos"),
            (1e-6, "us µs μs usec usecs micro micros microsec microsecond microseconds microseconde microsecondes"),
            (1e-6, "usek mikrosek mikrosekunde mikrosekunden microsegundo microsegundos"),
            (1e-9, "ns nsec nsecs nano nanos nanosecond nanoseconds nanosekunde nanosekunden"),
            (60, "min mins minute minutes minuten minuto minutos"),
            (3600, "h hr hrs hour hours stunde stunden hora horas heure heures"),
            (86400, "d day days tag tage"),
        ]
        var lengths: [String: Double] = [:]
        for (length, words) in names { for word in words.split(separator: " ") { lengths[String(word)] = length } }
        return lengths
    }()
}
