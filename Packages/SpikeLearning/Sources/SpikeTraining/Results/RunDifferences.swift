import Foundation
import TorchTensors

extension RunRecord {
    /// Returns the differences between two runs, such as `batch (16, now 8)`; empty if there are none.
    func differences(to other: Self) -> [String] {
        var differences = configuration.differences(to: other.configuration)
        func compare(_ name: String, _ old: some Equatable, _ new: some Equatable) {
            if "\(old)" != "\(new)" { differences.append("\(name) (\(old), now \(new))") }
        }
        compare("seed", seed, other.seed)
        compare("data set", datasetName, other.datasetName)
        compare("shape of the images", imageShape, other.imageShape)
        compare("number of images to train on", trainCount, other.trainCount)
        if classNames != other.classNames {
            compare("number of classes", classNames.count, other.classNames.count)
            if classNames.count == other.classNames.count {
                let place = classNames.indices.first { classNames[$0] != other.classNames[$0] } ?? 0
                compare("class \(place)", classNames[place], other.classNames[place])
            }
        }
        return differences
    }

    /// Throws `TrainingError` unless `run`, which is to resume from the file at `path`, is the run that wrote the file.
    func requireSame(as run: Self, _ path: String) throws(TrainingError) {
        guard self != run else { return }
        let differences = differences(to: run)
        throw TrainingError(
            "\(path): belongs to a run with other settings: "
                + (differences.isEmpty ? "other images" : differences.joined(separator: ", "))
                + "; choose another output folder, or the settings of configuration.yaml beside it")
    }

    /// Throws `TrainingError` unless the settings in a run's folder are those with which its weights were trained.
    func requireSame(as settings: SettingsFile<Configuration>, _ paths: RunPaths) throws(TrainingError) {
        var differences = configuration.differences(to: settings.configuration)
        if let other = settings.seed, other != seed { differences.append("seed (\(seed), now \(other))") }
        guard !differences.isEmpty else { return }
        throw TrainingError(
            "\(paths.configuration): is not of the run that weights.safetensors beside it is from: "
                + differences.joined(separator: ", ") + "; put the run's own file back, or remove configuration.yaml")
    }

    /// Throws `TrainingError` if no run can have this description.
    func check(_ path: String) throws(TrainingError) {
        try configuration.checkValues(path)
        let isRight =
            imageShape.count == 3 && (imageShape[0] == 1 || imageShape[0] == 3)
            && imageShape.dropFirst().allSatisfy { 1...4096 ~= $0 } && 1...1_000_000 ~= classNames.count
            && trainCount >= 0
        guard isRight else {
            throw TrainingError(
                "\(path): names images of shape \(imageShape) and \(counted(classNames.count, "class", plural: "classes")), which no run has; train again"
            )
        }
        do {
            try configuration.checkMemory(imageShape: imageShape, classCount: classNames.count, trainCount: 0)
        } catch {
            throw TrainingError("\(path): \(error)")
        }
    }
}

extension RunConfiguration {
    /// Returns the settings that have other values, such as `batch (16, now 8)`.
    func differences(to other: Self) -> [String] {
        zip(settings, other.settings).compactMap { old, new in
            let kind = SettingKind(old.name, old.value, of: Self.self)
            let (before, after) = (kind.text(of: old.value), kind.text(of: new.value))
            return before == after ? nil : "\(old.name) (\(before), now \(after))"
        }
    }
}
