import Foundation

/// Which images of a class are set aside for testing, where a folder has no part for that.
///
/// An image's own name decides: SHA-256 of the seed in decimal, a slash and the file's name, of which the first eight
/// hexadecimal digits are a number in 0 ..< 2³². Those below 2³² times the share are set aside. So other images
/// that come, go or get other names change nothing. Only where a class would have no image to test on or none to train
/// on, the image with the lowest or the highest number takes that place.
struct TestShare {
    /// In 0 ..< 1.
    let fraction: Double
    let seed: UInt64

    /// For each of a class's file names, whether it is set aside.
    func contains(_ names: [[UInt8]]) -> [Bool] {
        let numbers = names.map(number)
        var isTest = numbers.map { Double($0) < fraction * 0x1p32 }
        guard fraction > 0, names.count > 1 else { return names.map { _ in false } }
        let order = names.indices.sorted { numbers[$0] < numbers[$1] }
        isTest[order.first!] = true
        isTest[order.last!] = false
        return isTest
    }

    private func number(_ name: [UInt8]) -> UInt32 {
        var checksum = SHA256()
        checksum.update("\(seed)/".utf8)
        checksum.update(name)
        return UInt32(checksum.hexadecimal().prefix(8), radix: 16)!
    }
}
