import Foundation

extension RunDescription {
    /// What tells two runs apart, such as `batch (16, now 8)`; empty if nothing does.
    func differences(to other: RunDescription) -> [String] {
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

    /// Throws unless `run`, which is to go on from a file, is the one that the file is of.
    func requireSame(as run: RunDescription, _ path: String) throws(TrainingError) {
        guard self != run else { return }
        let differences = differences(to: run)
        throw TrainingError(
            "\(path): belongs to a run with other settings: "
                + (differences.isEmpty ? "other images" : differences.joined(separator: ", "))
                + "; choose another output folder, or the settings of configuration.yaml beside it")
    }

    /// Throws unless a run's settings are those of its weights.
    func requireSame(as settings: RunSettings, _ paths: RunPaths) throws(TrainingError) {
        var differences = configuration.differences(to: settings.configuration)
        if let other = settings.seed, other != seed { differences.append("seed (\(seed), now \(other))") }
        guard !differences.isEmpty else { return }
        throw TrainingError(
            "\(paths.configuration): is not of the run that weights.safetensors beside it is from: "
                + differences.joined(separator: ", ") + "; put the run's own file back, or remove configuration.yaml")
    }

    /// Throws for a description that no run can have.
    func check(_ path: String) throws(TrainingError) {
        try configuration.checkValues(path)
        let isRight =
            imageShape.count == 3 && (imageShape[0] == 1 || imageShape[0] == 3)
            && imageShape.dropFirst().allSatisfy { 1...4096 ~= $0 } && 1...1_000_000 ~= classNames.count
            && trainCount >= 0
        guard isRight else {
            throw TrainingError(
                "\(path): names images of shape \(imageShape) and \(classNames.count) classes, which no run has; train again"
            )
        }
        do {
            try configuration.checkMemory(imageShape: imageShape, classCount: classNames.count, trainCount: 0)
        } catch {
            throw TrainingError("\(path): \(error)")
        }
    }
}

extension TrainingConfiguration {
    /// Settings with other values, such as `batch (16, now 8)`.
    func differences(to other: TrainingConfiguration) -> [String] {
        zip(settings, other.settings).compactMap { old, new in
            let kind = SettingKind(old.key, old.value)
            let (before, after) = (kind.text(of: old.value), kind.text(of: new.value))
            return before == after ? nil : "\(old.key.rawValue) (\(before), now \(after))"
        }
    }
}
