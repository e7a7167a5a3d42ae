import BenchmarkSupport
import Foundation
import SpikeDatasets
import TorchTensors

// usage: loading-benchmark [--quick] [--images=N] [--folder=PATH]
//
// Makes a folder of 200,000 PNG images of 32 × 32 pixels in ten classes, and times what a training on images that stay
// on disk begins with: the first start, which reads every image, and the second, which finds them in the index. Then it
// times an epoch of batches of 256 on one thread and on two. `peak_bytes` is the memory that the process holds at the end
// of each measurement; lines on the standard error give it at ten points of each epoch, where it must stay the same.
// The files are in the system's cache, so the figures are those of the processor, not of the disk. A folder that is
// named is kept, and used again. Prints lines of JSON.

let arguments = CommandLine.arguments.dropFirst()
func option(_ name: String) -> String? {
    arguments.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
}
let imageCount = option("images").flatMap { Int($0) } ?? (Timing.isQuick ? 2000 : 200_000)
let folder =
    option("folder") ?? FileManager.default.temporaryDirectory.appending(path: "loading-\(UUID().uuidString)").path
defer { if option("folder") == nil { try? FileManager.default.removeItem(atPath: folder) } }

func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

/// The memory that the process holds, in bytes.
func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
}

func report(_ name: String, _ seconds: Double, threads: Int) throws {
    var line = Measurement(
        "loading/\(imageCount)/\(name)", Timing(seconds: [seconds]), work: imageCount, unit: "images", threads: threads)
    line.peakBytes = residentBytes()
    try line.report()
}

func timed<Result>(_ body: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
    let start = ContinuousClock.now
    let result = try body()
    return (result, (ContinuousClock.now - start) / .seconds(1))
}

func open() throws -> ImageDataset {
    try ImageFolder("\(folder)/images", size: 32).read(loading: .disk, indexFolder: "\(folder)/index")
}

if !FileManager.default.fileExists(atPath: "\(folder)/images/train/9/\(imageCount - 1).png") {
    note("writing \(imageCount) images to \(folder)")
    try SyntheticImages(count: imageCount).write(to: "\(folder)/images")
    // Files that were written a moment ago are not trusted to the index.
    Thread.sleep(forTimeInterval: 3)
}
try? FileManager.default.removeItem(atPath: "\(folder)/index")
try report("first-start", timed(open).seconds, threads: Torch.threadCount)
let (dataset, seconds) = try timed(open)
try report("start-with-index", seconds, threads: Torch.threadCount)
try report("digest", timed { try dataset.digest() }.seconds, threads: 1)

for threads in [1, 2] {
    for (name, augmentation) in [
        ("epoch", nil), ("epoch-augmented", ImageAugmentation([HorizontalFlip(), PadAndCrop(padding: 4)])),
    ] {
        let loader = try ImageLoader(
            dataset.train, classCount: 10, batchSize: 256, seed: 1, augmentation: augmentation)
        let step = max(loader.batchCount / 10, 1)
        var points: [String] = []
        let (_, seconds) = try timed {
            let batches = loader.batches(epoch: 0, threadCount: threads, batchesAhead: threads + 1)
            while let batch = try batches.next() {
                if batch.index % step == 0 { points.append("\(residentBytes() >> 20)") }
            }
        }
        note("\(name), \(threads) threads: MiB held at ten points: \(points.joined(separator: " "))")
        try report(name, seconds, threads: threads)
    }
}
