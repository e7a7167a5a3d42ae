import ArrayFiles
import CWebP

/// Decodes WebP images, lossy or lossless, with libwebp. Of an animation, the first frame is decoded.
enum WebPImage {
    static func decode(_ bytes: [UInt8], _ path: String) throws(FileError) -> Image {
        var failure: FileError?
        let image = bytes.withUnsafeBufferPointer { memory -> Image? in
            do throws(FileError) {
                return try decode(memory, path)
            } catch {
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        return image!
    }

    private static func decode(_ memory: UnsafeBufferPointer<UInt8>, _ path: String) throws(FileError) -> Image {
        let damaged = ImageFile.damaged(path, "WebP", "it is cut short or changed")
        var (width, height): (Int32, Int32) = (0, 0)
        guard WebPGetInfo(memory.baseAddress, memory.count, &width, &height) != 0 else { throw damaged }
        try ImageFile.checkSize(Int(width), Int(height), path)
        var data = WebPData(bytes: memory.baseAddress, size: memory.count)
        var options = WebPAnimDecoderOptions()
        guard WebPAnimDecoderOptionsInit(&options) != 0 else { throw damaged }
        options.color_mode = MODE_RGBA
        guard let decoder = WebPAnimDecoderNew(&data, &options) else { throw damaged }
        defer { WebPAnimDecoderDelete(decoder) }
        var frame: UnsafeMutablePointer<UInt8>?
        var time: Int32 = 0
        guard WebPAnimDecoderGetNext(decoder, &frame, &time) != 0, let frame else { throw damaged }
        let pixels = Array(UnsafeBufferPointer(start: frame, count: 4 * Int(width) * Int(height)))
        let orientation = exif(WebPAnimDecoderGetDemuxer(decoder)).map(ExifOrientation.of) ?? .upright
        return Image(interleaved: onBlack(pixels), channels: 3, height: Int(height), width: Int(width))
            .oriented(orientation)
    }

    /// Returns the orientation in which the image is stored.
    static func orientation(_ bytes: [UInt8]) -> ExifOrientation {
        bytes.withUnsafeBufferPointer { memory in
            var data = WebPData(bytes: memory.baseAddress, size: memory.count)
            let demuxer = WebPDemux(&data)
            defer { WebPDemuxDelete(demuxer) }
            return demuxer.flatMap(exif).map(ExifOrientation.of) ?? .upright
        }
    }

    private static func exif(_ file: OpaquePointer?) -> ArraySlice<UInt8>? {
        var chunk = WebPChunkIterator()
        defer { WebPDemuxReleaseChunkIterator(&chunk) }
        guard WebPDemuxGetChunk(file, "EXIF", 1, &chunk) != 0 else { return nil }
        return Array(UnsafeBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size))[...]
    }
}
