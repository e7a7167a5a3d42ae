/// The columns of a table, or the channels of an array or audio file, that are read as channels.
///
/// They are given as text: names, numbers from 1, and ranges of numbers, with commas between, such as `ECG,4-6,8-`.
///
/// A name in quotes is never a number, and may hold commas: `"1","a, b"`.
public struct ColumnSelection: Sendable, Hashable, CustomStringConvertible {
    /// The selection as it was given.
    public let description: String
    private let items: [Item]

    private enum Item: Hashable {
        case name(String)
        /// A number, with its text, because a column may have this text as its name.
        case numbers(ClosedRange<Int>, String)
        case numbersFrom(Int, String)
    }

    /// The selection that a text describes; `nil` if the text has an empty item, or a range that does not go upwards.
    ///
    /// - Parameter text: Names, numbers from 1, and ranges of numbers, with commas between.
    public init?(_ text: String) {
        var items: [Item] = []
        for (field, isQuoted) in Self.fields(text) {
            guard let item = isQuoted ? .name(field) : Self.item(field) else { return nil }
            items.append(item)
        }
        description = text
        self.items = items
    }

    private static func item(_ field: String) -> Item? {
        guard !field.isEmpty else { return nil }
        let ends = field.split(separator: "-", omittingEmptySubsequences: false)
        func number(_ text: Substring) -> Int? { text.allSatisfy(\.isNumber) ? Int(text) : nil }
        if ends.count == 1, let only = number(ends[0]) { return only > 0 ? .numbers(only...only, field) : nil }
        if ends.count == 2, let first = number(ends[0]) {
            if ends[1].isEmpty { return first > 0 ? .numbersFrom(first, field) : nil }
            if let last = number(ends[1]) { return first > 0 && first <= last ? .numbers(first...last, field) : nil }
        }
        return .name(field)
    }

    private static func fields(_ text: String) -> [(String, isQuoted: Bool)] {
        var fields = [("", isQuoted: false)]
        var (isOpen, isBlank) = (false, true)
        for character in text {
            let last = fields.count - 1
            if character == "\"" {
                // Two quotes inside of quotes stand for one quote.
                if !isOpen, fields[last].isQuoted { fields[last].0.append(character) }
                isOpen.toggle()
                fields[last].isQuoted = true
            } else if character == ",", !isOpen {
                fields.append(("", false))
                isBlank = true
            } else if character != " " || isOpen || !isBlank {
                fields[last].0.append(character)
                isBlank = false
            }
        }
        return fields
    }

    /// The indices of the selected columns, from 0, in the order of the selection.
    ///
    /// - Parameters:
    ///   - names: The names of all columns; `nil` if they have none.
    ///   - noun: The word for one of them, such as `column`.
    /// - Throws: `FileError.unsuitable` for a column that does not exist, or is given twice.
    func indices(
        names: [String]?, count: Int, noun: String = "column", path: String
    ) throws(FileError) -> [Int] {
        var indices: [Int] = []
        for item in items {
            for index in try self.indices(item, names, count, noun, path) {
                guard !indices.contains(index) else {
                    throw .unsuitable(path: path, problem: "\(noun) \(index + 1) is chosen twice; choose it once")
                }
                indices.append(index)
            }
        }
        return indices
    }

    private func indices(
        _ item: Item, _ names: [String]?, _ count: Int, _ noun: String, _ path: String
    ) throws(FileError) -> [Int] {
        func problem(_ text: String) -> FileError { .unsuitable(path: path, problem: text) }
        func named(_ name: String) throws(FileError) -> Int? {
            var found = names?.indices.filter { names?[$0] == name } ?? []
            if found.isEmpty { found = names?.indices.filter { names?[$0].lowercased() == name.lowercased() } ?? [] }
            if found.count > 1 {
                let numbers = found.map { "\($0 + 1)" }.joined(separator: ", ")
                throw problem("\(noun)s \(numbers) are all named \(excerpt(name.utf8)); choose by number")
            }
            return found.first
        }
        let (numbers, text): (ClosedRange<Int>, String)
        switch item {
        case .name(let name):
            guard let names else {
                throw problem("its \(noun)s have no names; choose them by number, 1 to \(count)")
            }
            guard let index = try named(name) else {
                let shown = names.prefix(20).map { excerpt($0.utf8) }.joined(separator: ", ")
                throw problem(
                    "there is no \(noun) \(excerpt(name.utf8)); it has \(shown)\(names.count > 20 ? ", …" : "")")
            }
            return [index]
        case .numbers(let range, let given): (numbers, text) = (range, given)
        case .numbersFrom(let first, let given): (numbers, text) = (first...max(first, count), given)
        }
        guard numbers.upperBound <= count else {
            throw problem("there is no \(noun) \(numbers.upperBound); it has \(count)")
        }
        let indices = Array(numbers.lowerBound - 1...numbers.upperBound - 1)
        if let index = try named(text), indices != [index], !text.contains("-") {
            throw problem(
                "\(text) is a number, and the name of \(noun) \(index + 1); write \"\(text)\", with its quotes, for the "
                    + "name, or \(numbers.lowerBound)-\(numbers.upperBound) for the number")
        }
        return indices
    }
}
