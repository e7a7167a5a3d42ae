@testable import SpikeReports

/// The corners of a path of relative commands, as a browser would find them.
func corners(of path: String) -> [Point] {
    var corners: [Point] = []
    var at = Point(x: 0, y: 0)
    var rest = Substring(path)
    while let command = rest.popFirst() {
        let part = rest.prefix { !$0.isLetter }
        rest = rest.dropFirst(part.count)
        let numbers = numbers(in: part)
        switch command {
        case "m", "l": at = Point(x: at.x + numbers[0], y: at.y + numbers[1])
        case "h": at.x += numbers[0]
        case "v": at.y += numbers[0]
        default: continue
        }
        corners.append(at)
    }
    return corners
}

func corners(of data: PathData) -> [Point] { corners(of: String(decoding: data.bytes, as: UTF8.self)) }

/// Numbers parted by a space or by the minus sign of the next.
private func numbers(in text: Substring) -> [Double] {
    var words: [String] = []
    for character in text {
        if character == " " || character == "-" || words.isEmpty {
            words.append(character == " " ? "" : String(character))
        } else {
            words[words.count - 1].append(character)
        }
    }
    return words.compactMap(Double.init)
}
