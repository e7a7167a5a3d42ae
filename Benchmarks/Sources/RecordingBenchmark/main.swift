import Foundation
import SpikeFiles

// usage: recording-benchmark FILE…
//
// Times the reading of recordings of any format, and of HDF5 files of spikes in the layout of the Spiking Heidelberg
// Digits, each recording of which is counted in 700 units × 100 steps. `Benchmarks/recording-peers.py` runs it beside
// Python libraries. For each file it prints a line of JSON: the best time in seconds, and the number of samples or spikes.

func seconds(_ body: () throws -> Int) rethrows -> (best: Double, count: Int) {
    var (best, count) = (Double.infinity, 0)
    for _ in 0..<5 {
        let start = ContinuousClock.now
        count = try body()
        let time = ContinuousClock.now - start
        best = min(best, Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
    }
    return (best, count)
}

/// Counts the spikes of every recording in steps, as data sets of spikes are used.
func countSpikes(_ path: String) throws -> Int {
    let recordings = try SpikeRecordings(path)
    var (total, counts) = (0, [Float](repeating: 0, count: 700 * 100))
    for index in 0..<recordings.count {
        let (times, units) = try recordings.spikes(of: index)
        for place in counts.indices { counts[place] = 0 }
        for spike in times.indices {
            let step = min(99, max(0, Int(times[spike] / (1.36914 / 100))))
            counts[Int(units[spike]) * 100 + step] += 1
        }
        total += times.count
    }
    return total
}

for path in CommandLine.arguments.dropFirst() {
    let (best, count) = try seconds {
        if path.hasSuffix(".h5") { return try countSpikes(path) }
        let signal = try RecordingFile.load(path).content
        return signal.channelCount * signal.sampleCount
    }
    print("{\"file\":\"\(path)\",\"seconds\":\(best),\"count\":\(count)}")
}
