import TorchTensors

extension ImageDataset {
    /// SHA-256 of all that the data set is: of the names, sizes and contents of its files where it is a folder of
    /// images; else of the labels and of the images as they are decoded, however they are packed.
    public func digest() throws -> String {
        var checksum = SHA256()
        for (part, split) in [("train", train), ("test", test)] {
            let lines =
                try split.files.map { $0.map { "\($0.name)\0\($0.size)\0\($0.sha256)" } } ?? split.imageDigests()
            for (line, label) in zip(lines, split.classIndices) {
                checksum.update("\(part)\0\(classNames[label])\0\(line)\n".utf8)
            }
        }
        return checksum.hexadecimal()
    }
}

extension ImageSplit {
    /// SHA-256 of each image's shape and decoded content.
    fileprivate func imageDigests() throws -> [String] {
        let (shape, size) = (imageShape, imageShape.reduce(1, *))
        let digests = Locked([String](repeating: "", count: count))
        try images.withUnsafeElements(of: UInt8.self) { (stored) throws(TensorError) in
            let source = SendableBytes(stored)
            try parallelFor(count, grain: 256) { part in
                let found = part.map { index in
                    var checksum = SHA256()
                    checksum.update("\(shape)".utf8)
                    checksum.update(source.bytes[index * size..<(index + 1) * size])
                    return checksum.hexadecimal()
                }
                digests.withLock { $0.replaceSubrange(part, with: found) }
            }
        }
        return digests.withLock { $0 }
    }
}

/// Memory that several threads read.
private struct SendableBytes: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }
}
