/// The layer between the images and the encoder.
public enum InputConvolution: Sendable, Hashable {
    /// A convolution with batch normalisation and the number of channels that the network has by default.
    case full

    /// A convolution with batch normalisation and the given number of channels, which must be above 0.
    case channels(Int)

    /// No layer: the encoder receives the pixels, 0...1. Its spikes have as many channels as the images.
    case none

    /// Returns the number of channels of the spikes; traps if `channels` has a number that is not above 0.
    ///
    /// - Parameters:
    ///   - images: The number of channels of the images.
    ///   - width: The number of channels that the network has by default.
    func channels(images: Int, width: Int) -> Int {
        switch self {
        case .full: return width
        case .none: return images
        case .channels(let count):
            precondition(count > 0, "InputConvolution: channels must be > 0, got \(count)")
            return count
        }
    }
}
