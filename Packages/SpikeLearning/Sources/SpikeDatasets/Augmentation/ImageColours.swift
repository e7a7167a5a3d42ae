// Changes of an image's colours, which RandAugment uses.

extension Image {
    /// Returns the image with each channel stretched so that its lowest value becomes 0 and its highest 255. A channel
    /// with a single value stays unchanged.
    public func autocontrasted() -> Image {
        mappingChannels { plane in
            guard let low = plane.min(), let high = plane.max(), low < high else { return nil }
            let scale = 255 / Float(high - low)
            return (0..<256).map { value in
                UInt8(min(max((Float(value) - Float(low)) * scale, 0), 255))
            }
        }
    }

    /// Returns the image with the values of each channel spread so that all of them occur about equally often.
    ///
    /// A value becomes (n + s / 2) / s in integer division, and at most 255. Here n is the number of pixels with lower
    /// values, and s is the number of pixels below the channel's highest value, divided by 255. A channel with s = 0
    /// stays unchanged.
    public func equalized() -> Image {
        mappingChannels { plane in
            var counts = [Int](repeating: 0, count: 256)
            for value in plane { counts[Int(value)] += 1 }
            guard let greatest = counts.lastIndex(where: { $0 > 0 }) else { return nil }
            let step = (plane.count - counts[greatest]) / 255
            guard step > 0 else { return nil }
            var sum = step / 2
            return counts.map { count in
                defer { sum += count }
                return UInt8(min(sum / step, 255))
            }
        }
    }

    /// Returns the image with all values of at least `threshold` inverted; a threshold of 256 inverts none.
    public func solarized(threshold: Int) -> Image {
        mapping { Int($0) >= threshold ? 255 - $0 : $0 }
    }

    /// Returns the image with only the highest bits of each value kept.
    ///
    /// - Parameter bits: The number of bits to keep. Traps unless it is in 0...8.
    public func posterized(bits: Int) -> Image {
        precondition((0...8).contains(bits), "Image: bits must be in 0...8, got \(bits)")
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
        return mapping { $0 & mask }
    }

    /// Returns a blend of black (factor 0) and the image (factor 1). A factor above 1 makes the image brighter.
    public func brightened(_ factor: Float) -> Image {
        mapping { Self.byte(factor * Float($0)) }
    }

    /// Returns a blend of the image's mean grey (factor 0) and the image (factor 1). A factor above 1 increases the
    /// contrast.
    public func contrasted(_ factor: Float) -> Image {
        let grey = greys()
        let mean = Float(grey.reduce(0) { $0 + Int($1) }) / Float(area)
        let middle = Float(Int(mean + 0.5))
        return mapping { Self.byte(middle + factor * (Float($0) - middle)) }
    }

    /// Returns a blend of the image's grey version (factor 0) and the image (factor 1). A factor above 1 makes the
    /// colours stronger. An image of one channel stays unchanged.
    public func saturated(_ factor: Float) -> Image {
        guard channels == 3 else { return self }
        let grey = greys()
        var result = self
        result.pixels.withUnsafeMutableBufferPointer { pixels in
            for channel in 0..<channels {
                for index in 0..<area {
                    let value = Float(grey[index])
                    let place = channel * area + index
                    pixels[place] = Self.byte(value + factor * (Float(pixels[place]) - value))
                }
            }
        }
        return result
    }

    /// Returns a blend of a smoothed image (factor 0) and the image (factor 1). A factor above 1 makes the image
    /// sharper.
    ///
    /// Smoothing weights a pixel by 5/13 and each of its eight neighbours by 1/13. The outermost pixels stay unchanged.
    public func sharpened(_ factor: Float) -> Image {
        guard height > 2, width > 2 else { return self }
        var result = self
        pixels.withUnsafeBufferPointer { old in
            result.pixels.withUnsafeMutableBufferPointer { new in
                for channel in 0..<channels {
                    for row in 1..<height - 1 {
                        let start = (channel * height + row) * width
                        for place in start + 1..<start + width - 1 {
                            var sum = 4 * Int(old[place])
                            for line in [place - width, place, place + width] {
                                sum += Int(old[line - 1]) + Int(old[line]) + Int(old[line + 1])
                            }
                            let smooth = Float((2 * sum + 13) / 26)
                            new[place] = Self.byte(smooth + factor * (Float(old[place]) - smooth))
                        }
                    }
                }
            }
        }
        return result
    }

    /// Returns the luma of ITU-R BT.601 of each pixel, rounded; for an image of one channel, the channel itself.
    func greys() -> [UInt8] {
        guard channels == 3 else { return pixels }
        return pixels.withUnsafeBufferPointer { pixels in
            (0..<area).map { index in
                let red = 19595 * Int(pixels[index])
                let green = 38470 * Int(pixels[area + index])
                let blue = 7471 * Int(pixels[2 * area + index])
                return UInt8((red + green + blue + 0x8000) >> 16)
            }
        }
    }

    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255)) }

    @inline(__always)
    private func mapping(_ body: (UInt8) -> UInt8) -> Image {
        var result = self
        result.pixels.withUnsafeMutableBufferPointer { pixels in
            for index in pixels.indices { pixels[index] = body(pixels[index]) }
        }
        return result
    }

    /// Returns the image with each channel's values looked up in a table; a channel for which `table` returns `nil`
    /// stays unchanged.
    private func mappingChannels(_ table: (UnsafeBufferPointer<UInt8>) -> [UInt8]?) -> Image {
        var result = self
        result.pixels.withUnsafeMutableBufferPointer { pixels in
            for channel in 0..<channels {
                let plane = UnsafeMutableBufferPointer(rebasing: pixels[channel * area..<(channel + 1) * area])
                guard let table = table(UnsafeBufferPointer(plane)) else { continue }
                for index in plane.indices { plane[index] = table[Int(plane[index])] }
            }
        }
        return result
    }
}
