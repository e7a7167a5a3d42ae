import FileTestSupport
import SpikeEncoding
import SpikeFiles

/// What is said of a recording whose values cannot be encoded; nil if they can.
func encodingProblem(_ path: String) -> String? {
    message { _ = try StepForward().encode(RecordingFile.read(path)) }
}
