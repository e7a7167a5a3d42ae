import ArrayFiles

/// Writes the events of one file, part by part.
protocol EventWriting {
    /// Writes events.
    ///
    /// - Throws: `FileError.unsuitable`, with an empty path, for events that the format cannot hold.
    func write(_ events: EventBuffer) throws(FileError)

    /// Writes what is left.
    func close() throws(FileError)
}
