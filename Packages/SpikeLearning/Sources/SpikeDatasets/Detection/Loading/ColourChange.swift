extension Image {
    /// Multiplies hue, saturation and value of the pixels (HSV). The hue is a part of a turn and wraps around; the other
    /// two are cut at 1.
    ///
    /// An image of one channel stays unchanged.
    mutating func changeColours(hue: Double, saturation: Double, brightness: Double) {
        guard channels == 3, (hue, saturation, brightness) != (1, 1, 1) else { return }
        let (hueGain, saturationGain, valueGain) = (Float(hue), Float(saturation), Float(brightness))
        let area = area
        pixels.withUnsafeMutableBufferPointer { pixels in
            for index in 0..<area {
                let (red, green, blue) = (
                    Float(pixels[index]), Float(pixels[area + index]), Float(pixels[2 * area + index])
                )
                let (greatest, least) = (max(red, max(green, blue)), min(red, min(green, blue)))
                let range = greatest - least
                /// The hue in sixths of a turn, in 0 ..< 6.
                var sixths: Float = 0
                if range > 0 {
                    if greatest == red {
                        sixths = (green - blue) / range
                        if sixths < 0 { sixths += 6 }
                    } else if greatest == green {
                        sixths = (blue - red) / range + 2
                    } else {
                        sixths = (red - green) / range + 4
                    }
                }
                sixths *= hueGain
                while sixths >= 6 { sixths -= 6 }
                let value = min(greatest * valueGain, 255)
                let strength = greatest > 0 ? min(range / greatest * saturationGain, 1) : 0
                pixels[index] = Self.channel(5, sixths, strength, value)
                pixels[area + index] = Self.channel(3, sixths, strength, value)
                pixels[2 * area + index] = Self.channel(1, sixths, strength, value)
            }
        }
    }

    /// Returns a channel of a colour: value · (1 − saturation · max(0, min(k, 4 − k, 1))), where k is the hue in sixths
    /// of a turn plus `offset`, modulo 6. The offset is 5 for red, 3 for green and 1 for blue.
    @inline(__always)
    private static func channel(_ offset: Float, _ sixths: Float, _ saturation: Float, _ value: Float) -> UInt8 {
        var k = sixths + offset
        if k >= 6 { k -= 6 }
        let fall = max(min(min(k, 4 - k), 1), 0)
        return UInt8(value * (1 - saturation * fall) + 0.5)
    }
}
