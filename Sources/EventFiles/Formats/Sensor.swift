/// Sensors whose size follows from their name, as headers of AEDAT files give it.
enum Sensor {
    /// Parts of names in lower case, the longest first where one is a part of another.
    private static let sizes: [(name: String, width: Int, height: Int)] = [
        ("dvs128", 128, 128), ("davis128", 128, 128), ("davis208", 208, 192), ("davis240", 240, 180),
        ("davis346", 346, 260), ("davis640", 640, 480), ("dvxplorer_lite", 320, 240), ("dvxplorer_mini", 640, 480),
        ("dvxplorer", 640, 480), ("dvs132", 132, 104), ("edvs", 128, 128),
    ]

    /// The size of the sensor that a text names; `nil` if it names none that is known.
    static func size(named text: String) -> SensorSize? {
        let text = text.lowercased()
        return sizes.first { text.contains($0.name) }.map { SensorSize(width: $0.width, height: $0.height) }
    }
}
