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
            let line = try split.digestLines()
            for (index, label) in split.classIndices.enumerated() {
                checksum.update("\(part)\0\(classNames[label])\0\(line(index))\n".utf8)
            }
        }
        return checksum.hexadecimal()
    }
}

extension ImageSplit {
    /// Returns a function that gives the part of the digest about each image.
    fileprivate func digestLines() throws -> (Int) -> String {
        func line(_ file: DatasetFile) -> String { "\(file.name)\0\(file.size)\0\(file.sha256)" }
        switch storage {
        case .disk(let images, let places) where images.haveFiles: return { line(images.file(places[$0])) }
        case .memory, .disk:
            if let files { return { line(files[$0]) } }
            let digests = try imageDigests()
            return { digests[$0].hexadecimal }
        }
    }

    /// Returns the SHA-256 checksum of each image's shape and decoded pixels.
    private func imageDigests() throws -> [SHA256.Digest] {
        let shape = imageShape
        let digests = Locked<[Result<SHA256.Digest, any Error>?]>(.init(repeating: nil, count: count))
        try parallelFor(count, grain: 256) { part in
            let found = part.map { index in
                Result {
                    try withPixels(of: index) { pixels in
                        var checksum = SHA256()
                        checksum.update("\(shape)".utf8)
                        checksum.update(pixels)
                        return checksum.digest()
                    }
                }
            }
            digests.withLock { $0.replaceSubrange(part, with: found) }
        }
        return try digests.withLock { try $0.map { try $0!.get() } }
    }
}
