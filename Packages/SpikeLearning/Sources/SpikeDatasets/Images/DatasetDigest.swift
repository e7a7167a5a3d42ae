import TorchTensors

extension ImageDataset {
    /// Returns one SHA-256 checksum of the whole data set, in 64 hexadecimal digits.
    ///
    /// For a folder of images, the checksum covers the names, sizes and contents of the files. For any other data set
    /// it covers the decoded images, and so does not depend on how they are stored. In both cases it covers the name of
    /// each image's class, and whether the image is for training or for testing.
    ///
    /// - Throws: `TensorError` if the images cannot be read.
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
    /// Returns the SHA-256 checksum of each image's shape and decoded pixels.
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

/// Memory that several threads read at the same time.
private struct SendableBytes: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }
}
