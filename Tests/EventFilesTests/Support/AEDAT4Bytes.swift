import EventFiles

/// Bytes of AEDAT 4, laid out by hand.
enum AEDAT4Bytes {
    /// A FlatBuffer with a table of fields behind the list of where they are.
    ///
    /// - Parameters:
    ///   - places: Where in the table each field is; 0 for a field that is not there.
    ///   - table: The bytes of the table behind its first number.
    static func flatBuffer(_ identifier: String, places: [UInt16], table: [UInt8], behind: [UInt8] = []) -> [UInt8] {
        let list = [UInt16(4 + 2 * places.count), UInt16(4 + table.count)] + places
        let listBytes = list.flatMap { Examples.little($0) }
        let body = listBytes + Examples.little(Int32(listBytes.count)) + table + behind
        let content = Examples.little(UInt32(8 + listBytes.count)) + Array(identifier.utf8) + body
        return Examples.little(UInt32(content.count)) + content
    }

    /// A list of bytes behind its count.
    static func list(count: Int, _ bytes: [UInt8]) -> [UInt8] { Examples.little(UInt32(count)) + bytes }

    /// The FlatBuffer of a header.
    static func header(_ text: String, compression: Int32? = 0, table: Int64? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        var places: [UInt16] = [0, 0, 0]
        if let compression {
            places[0] = UInt16(4 + bytes.count)
            bytes += Examples.little(compression)
        }
        if let table {
            places[1] = UInt16(4 + bytes.count)
            bytes += Examples.little(table)
        }
        places[2] = UInt16(4 + bytes.count)
        bytes += Examples.little(UInt32(4))
        return flatBuffer(
            "IOHE", places: places, table: bytes, behind: list(count: text.utf8.count, Array(text.utf8)))
    }

    static func file(header: [UInt8], _ rest: [UInt8]...) -> [UInt8] {
        Array("#!AER-DAT4.0\r\n".utf8) + header + rest.flatMap { $0 }
    }

    /// The text of a header with streams.
    static func text(_ streams: [(number: Int, type: String, width: Int, height: Int)]) -> String {
        let nodes = streams.map { stream in
            "<node name=\"\(stream.number)\" path=\"/\"><attr key=\"typeIdentifier\" type=\"string\">\(stream.type)</attr>"
                + "<node name=\"info\" path=\"/\"><attr key=\"sizeX\" type=\"int\">\(stream.width)</attr>"
                + "<attr key=\"sizeY\" type=\"int\">\(stream.height)</attr></node></node>"
        }
        return "<dv version=\"2.0\"><node name=\"outInfo\" path=\"/\">" + nodes.joined() + "</node></dv>"
    }

    static func event(_ time: Int64, _ x: Int16, _ y: Int16, _ isOn: UInt8) -> [UInt8] {
        Examples.little(time) + Examples.little(x) + Examples.little(y) + [isOn, 0, 0, 0]
    }

    /// The FlatBuffer of a packet of events.
    static func events(_ events: [UInt8]..., identifier: String = "EVTS") -> [UInt8] {
        flatBuffer(
            identifier, places: [4], table: Examples.little(UInt32(4)),
            behind: list(count: events.count, events.flatMap { $0 }))
    }

    static func packet(_ number: Int32, _ content: [UInt8]) -> [UInt8] {
        Examples.little(number) + Examples.little(Int32(content.count)) + content
    }
}
