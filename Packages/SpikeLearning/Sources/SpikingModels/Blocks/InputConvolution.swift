/// What stands between the images and the encoder.
public enum InputConvolution: Sendable, Hashable {
    /// A convolution of the width that the network has there, with batch normalisation.
    case full

    /// As `full`, with so many channels.
    case channels(Int)

    /// Nothing: the encoder sees the pixels, 0...1, and the network is narrower behind it.
    case none

    /// Channels of the spikes.
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
