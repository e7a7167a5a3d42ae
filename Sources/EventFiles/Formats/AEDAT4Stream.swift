/// A stream in an AEDAT 4 file, as the XML text in the header of the file describes it.
struct AEDAT4Stream: Equatable {
    /// The number that packets of the stream carry.
    let number: Int32
    /// The identifier of the FlatBuffers of the stream, such as `EVTS`.
    let type: String
    /// The size of the sensor, if it is given.
    let size: SensorSize?

    /// Finds the streams in the header's text, which is XML of two elements. `node` has a name, and holds other nodes.
    /// `attr` has a key, and holds the value. The node `outInfo` has a node for each stream, named by its number.
    static func parse(_ text: some Collection<UInt8>) -> [AEDAT4Stream] {
        var streams: [Int32: [String: String]] = [:]
        var nodes: [String] = []
        // Each part begins with the inside of a tag; what follows the tag is text.
        for part in String(decoding: text, as: UTF8.self).split(separator: "<") {
            guard let end = part.firstIndex(of: ">") else { continue }
            let tag = part[..<end]
            if tag.hasPrefix("/node") {
                _ = nodes.popLast()
            } else if tag.hasPrefix("node ") {
                if !tag.hasSuffix("/") { nodes.append(value("name", in: tag) ?? "") }
            } else if tag.hasPrefix("attr "), let key = value("key", in: tag),
                let place = nodes.firstIndex(of: "outInfo"), place + 1 < nodes.count,
                let number = Int32(nodes[place + 1])
            {
                streams[number, default: [:]][key] = String(part[part.index(after: end)...])
            }
        }
        return streams.sorted { $0.key < $1.key }.compactMap { number, values in
            values["typeIdentifier"].map { type in
                AEDAT4Stream(
                    number: number, type: type,
                    size: SensorSize(
                        inFile: values["sizeX"].flatMap { Int($0) }, values["sizeY"].flatMap { Int($0) }))
            }
        }
    }

    /// The value of an attribute in a tag.
    private static func value(_ name: String, in tag: Substring) -> String? {
        guard let start = tag.firstRange(of: " \(name)=\"")?.upperBound, let end = tag[start...].firstIndex(of: "\"")
        else { return nil }
        return String(tag[start..<end])
    }

    /// The text of a header with one stream of events of number 0.
    static func description(size: SensorSize) -> String {
        """
        <dv version="2.0">
            <node name="outInfo" path="/mainloop/Recorder/outInfo/">
                <node name="0" path="/mainloop/Recorder/outInfo/0/">
                    <attr key="compression" type="string">LZ4</attr>
                    <attr key="originalModuleName" type="string">spikekit</attr>
                    <attr key="originalOutputName" type="string">events</attr>
                    <attr key="typeDescription" type="string">Array of events (polarity ON/OFF).</attr>
                    <attr key="typeIdentifier" type="string">EVTS</attr>
                    <node name="info" path="/mainloop/Recorder/outInfo/0/info/">
                        <attr key="sizeX" type="int">\(size.width)</attr>
                        <attr key="sizeY" type="int">\(size.height)</attr>
                        <attr key="source" type="string">spikekit</attr>
                    </node>
                </node>
            </node>
        </dv>

        """
    }
}
