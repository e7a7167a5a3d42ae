import ArrayFiles

/// AEDAT 3.0 and 3.1 of cAER: packets of events of one type, with a header of 28 bytes.
///
/// Source: docs.inivation.com/software/software-advanced-usage/file-formats/aedat-3.1.html.
struct AEDAT3Decoder: EventDecoder {
    /// A packet of polarity events that is being decoded.
    private struct Packet {
        let eventSize: Int
        let timeOffset: Int
        /// The high bits of all times.
        let time: Int64
        var eventsLeft: Int
        /// Bytes behind the events.
        let bytesBehind: Int
    }

    private var stream: ByteStream
    let size: SensorSize?
    private var packet: Packet?
    private var isInvalid = TypeCounts(1)

    init(_ file: InputFile) throws(FileError) {
        stream = try ByteStream(file)
        let header = try HeaderLines(&stream, mark: "#", end: "!END-HEADER")
        if let format = header.value("format:"), format != "RAW" {
            throw .malformed(
                path: file.path, place: "header",
                problem: "the packets are compressed (\(excerpt(format.utf8))); record as RAW")
        }
        size = header.lines.first { $0.hasPrefix("Source ") }.flatMap { Sensor.size(named: $0) }
    }

    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        if packet == nil {
            guard try nextPacket(&remarks) else { return false }
        }
        guard var packet else { return true }
        let available = try stream.fill(max(ByteStream.chunkSize, packet.eventSize))
        let count = min(available / packet.eventSize, packet.eventsLeft, events.capacity)
        guard count > 0 else {
            remarks.note("packets cut short", byte: stream.position)
            return false
        }
        let stream = stream
        stream.withBytes { bytes in
            events.add(room: count) { decode(bytes, count, packet, at: stream.position, into: &$0) }
        }
        isInvalid.note(in: &remarks) { _ in "events marked as invalid, passed over" }
        self.stream.skip(count * packet.eventSize)
        packet.eventsLeft -= count
        if packet.eventsLeft == 0 { try self.stream.skip(far: packet.bytesBehind) }
        self.packet = packet.eventsLeft == 0 ? nil : packet
        return true
    }

    /// Reads the header of the next packet, and skips packets of other events.
    ///
    /// - Returns: False at the end of the file. `packet` is `nil` if the packet was skipped.
    private mutating func nextPacket(_ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        let position = stream.position
        let available = try stream.fill(28)
        guard available >= 28 else {
            remarks.note("bytes left over at the end, less than a packet", count: available, byte: position)
            return false
        }
        let (type, numbers) = stream.withBytes { bytes in
            (bytes.little(0, Int16.self), (0..<6).map { Int(bytes.little(4 + 4 * $0, Int32.self)) })
        }
        let (eventSize, timeOffset, overflow, capacity, count) =
            (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        // All are below 2^31, so the product is right.
        let length = eventSize * max(capacity, count)
        guard eventSize > 0, capacity >= 0, count >= 0, length <= stream.remaining - 28 || type == 1 else {
            remarks.note("packets without sense or cut short; the file is read up to there", byte: position)
            return false
        }
        stream.skip(28)
        guard type == 1 else {
            remarks.note("events of other types than polarity passed over", count: count, byte: position)
            try stream.skip(far: length)
            return true
        }
        guard eventSize >= 8, 4...(eventSize - 4) ~= timeOffset, overflow >= 0 else {
            remarks.note("packets with a header that makes no sense", byte: position)
            try stream.skip(far: min(length, stream.remaining))
            return true
        }
        if count == 0 {
            try stream.skip(far: min(length, stream.remaining))
        } else {
            packet = Packet(
                eventSize: eventSize, timeOffset: timeOffset, time: Int64(overflow) << 31, eventsLeft: count,
                bytesBehind: min(length - count * eventSize, stream.remaining))
        }
        return true
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ packet: Packet, at position: Int,
        into events: inout EventWriter
    ) {
        for index in 0..<count {
            let offset = index * packet.eventSize
            let data = bytes.little(offset, UInt32.self)
            guard data & 1 == 1 else {
                isInvalid.add(0, byte: position + offset)
                continue
            }
            let time = bytes.little(offset + packet.timeOffset, Int32.self)
            events.append(
                packet.time &+ Int64(time), UInt16(data >> 17), UInt16(data >> 2 & 0x7FFF), data & 2 != 0)
        }
    }
}
