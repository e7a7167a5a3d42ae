/// The compression LZF of M. Lehmann's library liblzf, which h5py offers as a filter of HDF5.
///
/// A byte below 32 is followed by so many bytes plus one, which are copied. In other bytes, the high three bits are a
/// length, and the low five bits the high ones of a distance; 7 stands for a length that goes on in the next byte. The
/// next byte has the low bits of the distance. So many bytes plus two are copied from what was unpacked before, from the
/// distance plus one on. They may overlap with their copy.
enum LZF {
    /// The number of the filter, as registered with the HDF Group.
    static let filter = 32000

    /// Unpacks bytes.
    ///
    /// - Parameter size: The number of bytes that they unpack to.
    /// - Returns: The bytes; `nil` if they are damaged or not of this size.
    static func unpacked(_ packed: [UInt8], size: Int) -> [UInt8]? {
        // A length of 264 takes three bytes.
        guard size <= packed.count * 88 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(size)
        var position = 0
        func next() -> Int? {
            guard position < packed.count else { return nil }
            position += 1
            return Int(packed[position - 1])
        }
        while let control = next() {
            if control < 32 {
                let count = control + 1
                guard count <= packed.count - position, count <= size - output.count else { return nil }
                output += packed[position..<position + count]
                position += count
                continue
            }
            var count = control >> 5
            if count == 7 {
                guard let more = next() else { return nil }
                count += more
            }
            guard let low = next() else { return nil }
            let start = output.count - ((control & 31) << 8 | low) - 1
            guard start >= 0, count + 2 <= size - output.count else { return nil }
            for index in start..<start + count + 2 { output.append(output[index]) }
        }
        return output.count == size ? output : nil
    }
}
