import TorchTensors

/// Where the images of a data set are while a network learns them. The choice changes neither batches nor results.
public enum ImageLoading: String, Sendable, Hashable, CaseIterable {
    /// In memory if they take at most half of it, and otherwise on disk.
    case auto
    /// In memory, all at once.
    case memory
    /// On disk, from where each image is read whenever it is needed.
    case disk

    /// Returns whether images are to stay on disk.
    ///
    /// - Parameters:
    ///   - bytes: The memory that all images would take, in bytes.
    ///   - limit: The memory that this process may use.
    func streams(_ bytes: Double, limit: MemoryLimit = .current) -> Bool {
        switch self {
        case .auto: bytes > limit.bytes / 2
        case .memory: false
        case .disk: true
        }
    }
}

/// A report while a data set is read.
public enum ReadingProgress: Sendable, Hashable {
    /// The number of images done, and the number of all images.
    case images(done: Int, count: Int)
    /// A remark that the user should know, in one line.
    case note(String)
}
