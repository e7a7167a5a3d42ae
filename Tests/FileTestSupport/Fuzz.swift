import ArrayFiles
import Testing

/// Feeds damaged versions of valid files to a reader, which must throw `FileError` or return.
public struct Fuzz {
    let seed: UInt64
    let count: Int

    public init(seed: UInt64, count: Int = 300) {
        self.seed = seed
        self.count = count
    }

    /// - Parameter check: Is told the bytes and whether the reader accepted them.
    public func run(
        _ originals: [[UInt8]], name: String, read: (_ path: String) throws -> Void,
        check: (_ bytes: [UInt8], _ original: [UInt8], _ isAccepted: Bool) -> Void = { _, _, _ in }
    ) throws {
        print("fuzz \(name): seed \(seed)")
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var generator = SplitMix64(seed: seed)
        for round in 0..<count {
            let original = originals[round % originals.count]
            let bytes = Self.mutated(original, round, &generator)
            let path = try folder.file(name, bytes)
            var isAccepted = false
            do {
                try read(path)
                isAccepted = true
            } catch let error as FileError {
                #expect(!error.description.contains("\n"), "round \(round)")
            } catch {
                Issue.record("round \(round): \(error)")
            }
            check(bytes, original, isAccepted)
        }
    }

    private static func mutated(_ original: [UInt8], _ round: Int, _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = original
        func position(_ limit: Int) -> Int { limit == 0 ? 0 : Int.random(in: 0..<limit, using: &generator) }
        switch round % 8 {
        case 0 where round < 8: return []
        case 0, 1: return Array(bytes.prefix(position(bytes.count)))
        case 2:
            let count = Int.random(in: 1...4096, using: &generator)
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case 3:
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                bytes[position(bytes.count)] = UInt8.random(in: 0...255, using: &generator)
            }
        case 4:
            let start = position(bytes.count)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...40, using: &generator)))
        case 5:
            let start = position(bytes.count)
            bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + 40)], at: position(bytes.count))
        case 6:
            // Headers hold what is most easily believed.
            bytes[position(min(bytes.count, 128))] = UInt8.random(in: 0...255, using: &generator)
        default: bytes[position(bytes.count)] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        }
        return bytes
    }
}
