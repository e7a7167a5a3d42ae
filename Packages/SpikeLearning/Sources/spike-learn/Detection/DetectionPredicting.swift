import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors

extension PredictCommand {
    /// Finds objects in images, draws boxes around them, and writes what it found. Images that cannot be read are named and
    /// left out.
    ///
    /// - Parameter folder: The folder of the run.
    func predictBoxes(_ folder: String) throws {
        for (name, isGiven) in [("--invert", invert), ("--top", top != nil)] where isGiven {
            throw CommandError("\(name): is for classifiers; leave it out")
        }
        let device = try runtime.apply().device
        let run = try DetectionRun(folder: folder)
        let files = try paths.dropFirst().flatMap { try ImageInput.files($0) }
        if let array = files.first(where: { ($0 as NSString).pathExtension.lowercased() == "npy" }) {
            throw CommandError("\(array): detectors take images in files, such as PNG and JPEG")
        }
        let output = try output.map { try PredictionFolder(making: $0, for: files) }
        let network = try run.network(on: device).foldingBatchNorm()
        var thresholds = DetectionThresholds.display
        if let confidence { thresholds.confidence = confidence }
        if let overlap { thresholds.overlap = overlap }
        let classNames = run.record.classNames
        let line = ProgressLine()
        var report = FoundObjects.Report()
        StopRequest.listen()
        do {
            for (place, path) in files.enumerated() where StopRequest.current == nil {
                let image: Image
                do {
                    image = try ImageFile.read(path)
                } catch {
                    report.unreadable.append(FoundObjects.Unreadable(image: path, problem: "\(error)"))
                    if files.count > 1 { line.note("left out: \(error)") }
                    continue
                }
                let detections = try run.detections(in: image, network, thresholds, on: device)
                let found = FoundObjects(
                    path, image, detections, classNames: classNames, name: output?.names[place])
                report.images.append(found)
                guard let output else { continue }
                try output.write(
                    found, drawn: DetectionImage.draw(detections, on: image, classNames: classNames), at: place)
            }
        } catch {
            // The next call has to know which files this one wrote.
            try? output?.write(report)
            throw error
        }
        try output?.write(report)
        if json {
            print(try readableJSON(report))
        } else if !report.images.isEmpty {
            print(FoundObjects.table(report.images))
        }
        if let output {
            let count = counted(report.images.count, "image")
            line.note("\(count) with boxes, YOLO texts, detections.json → \(output.path)")
        }
        if let stop = StopRequest.current { throw stop.exitCode }
        if let first = report.unreadable.first {
            throw CommandError(
                files.count == 1
                    ? first.problem
                    : "\(report.unreadable.count) of \(files.count) images cannot be read, and \(report.unreadable.count == 1 ? "is" : "are") left out"
            )
        }
    }
}
