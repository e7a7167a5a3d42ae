import Foundation

/// Decides which images of a class are set aside for testing, where a folder has no part for testing.
///
/// The decision depends on the image's own name. The SHA-256 checksum is taken of the seed in decimal, a slash, and the
/// file's name without its extension; the first eight hexadecimal digits are a number in 0 ..< 2³². Images whose number
/// is below 2³² times `fraction` are set aside. Adding, removing or renaming other images therefore changes nothing,
/// and neither does another format of the same image. There is one exception: the image with the lowest number is
/// always set aside, and the one with the highest number never, so that a class of several images has some to train on
/// and some to test on. If `fraction` is 0, no image is set aside.
struct TestShare {
    /// The share of images to set aside, in 0 ..< 1.
    let fraction: Double
    let seed: UInt64

    /// Returns, for each file name of a class, whether the image is set aside for testing.
    func contains(_ names: [[UInt8]]) -> [Bool] {
        guard fraction > 0, names.count > 1 else { return names.map { _ in false } }
        let numbers = names.map(number)
        let (lowest, highest) = (numbers.min()!, numbers.max()!)
        // All files have the same name in several formats: the first is set aside.
        guard lowest < highest else { return names.indices.map { $0 == 0 } }
        return numbers.map { $0 == lowest || Double($0) < fraction * 0x1p32 && $0 != highest }
    }

    private func number(_ name: [UInt8]) -> UInt32 {
        var checksum = SHA256()
        checksum.update("\(seed)/".utf8)
        checksum.update(name.lastIndex(of: UInt8(ascii: ".")).map { name[..<$0] } ?? name[...])
        return checksum.digest().words[0]
    }
}
