import ArrayFiles
import SpikeFiles
import TorchTensors

/// One file of the Spiking Heidelberg Digits or the Spiking Speech Commands.
///
/// Its datasets are `spikes/times` in seconds, in half, single or double precision, and `spikes/units`, an array per
/// recording each; `labels`; and, where they are there, `extra/keys`, the names of the classes, and `extra/speaker`.
struct HeidelbergFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// Reads all recordings, and counts their spikes.
    ///
    /// Memory holds one recording as times and channels, and four bytes per spike of all of them.
    ///
    /// - Parameters:
    ///   - stepCount: The number of time steps, at least 1.
    ///   - classCount: The number of classes.
    /// - Returns: The recordings, and the names of the classes if the file has them.
    /// - Throws: `FileError` for a file that is damaged or laid out otherwise; for a recording with a label that is no
    ///   class, a channel that there is not, or a time that is not finite.
    func read(stepCount: Int, classCount: Int) throws(FileError) -> (split: SpikeSplit, classNames: [String]?) {
        let channels = HeidelbergFiles.channelCount
        guard stepCount >= 1, stepCount <= 1 << 20 else {
            throw .unsuitable(path: path, problem: "spikes are counted in 1 to \(1 << 20) steps, got \(stepCount)")
        }
        let recordings = try SpikeRecordings(path)
        guard let labels = recordings.labels else {
            throw .malformed(path: path, place: "dataset labels", problem: "is not there, and a classifier needs it")
        }
        if let index = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
            throw .malformed(
                path: path, place: "label \(index)",
                problem: "is \(labels[index]), but there are classes 0 to \(classCount - 1) only")
        }
        let names = recordings.classNames
        guard names.isEmpty || names.count == classCount else {
            throw .malformed(
                path: path, place: "dataset extra/keys",
                problem: "names \(counted(names.count, "class", plural: "classes")), not \(classCount)")
        }
        var (cells, starts): ([UInt32], [Int]) = ([], [0])
        cells.reserveCapacity(recordings.spikeCounts.reduce(0, +))
        let width = HeidelbergFiles.duration / Double(stepCount)
        for index in 0..<recordings.count {
            let (times, units) = try recordings.spikes(of: index)
            for (time, unit) in zip(times, units) {
                guard unit >= 0, unit < channels else {
                    throw .malformed(
                        path: path, place: "recording \(index)",
                        problem: "a spike is on channel \(unit), but there are channels 0 to \(channels - 1) only")
                }
                let step = (time / width).rounded(.down)
                guard step.isFinite else {
                    throw .malformed(
                        path: path, place: "recording \(index)", problem: "the time of a spike is not finite")
                }
                cells.append(UInt32(min(max(step, 0), Double(stepCount - 1))) * UInt32(channels) + UInt32(unit))
            }
            starts.append(cells.count)
        }
        let split = SpikeSplit(
            stepCount: stepCount, channelCount: channels, classIndices: labels, speakers: recordings.speakers ?? [],
            cells: cells, starts: starts)
        return (split, names.isEmpty ? nil : names)
    }
}
