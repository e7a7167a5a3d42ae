import Foundation
import Yams

/// The data set and the model that a file of settings names, which decide on the task and so on the other settings.
public struct SettingsChoice: Sendable, Equatable {
    /// The name of the data set; `nil` if the file does not name it.
    public let dataset: String?
    /// The name of the model; `nil` if the file does not name it.
    public let model: String?

    /// Reads a file. Whatever else is in the file is not looked at.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `TrainingError` if the file cannot be read or is not YAML.
    public init(file path: String) throws(TrainingError) {
        let values = try SettingsFile<TrainingConfiguration>.values(["dataset", "model"], file: path)
        (dataset, model) = (values["dataset"], values["model"])
    }
}
