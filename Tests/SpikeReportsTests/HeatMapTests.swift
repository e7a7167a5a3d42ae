import Testing

@testable import SpikeReports

struct HeatMapTests {
    private static func map(
        _ values: [[Double]], texts: HeatMap.Texts = .none, marksDiagonal: Bool = false, notes: [String] = [],
        columnNames: [String]? = nil, full: Double? = nil
    ) -> HeatMap {
        HeatMap(
            title: "t", rows: .init("truth", names: values.indices.map { "row & \($0)" }),
            columns: .init("answer", names: columnNames ?? (values.first ?? []).indices.map { "c\($0)" }),
            values: values, fullValue: full, texts: texts, rowNotes: notes, marksDiagonal: marksDiagonal)
    }

    /// The cells' paths: colour, opacity, and how many cells.
    private func cells(_ map: HeatMap) -> [String: Int] {
        var counts: [String: Int] = [:]
        for path in expectSoundImage(map.svg).all("path") {
            guard let opacity = path.attributes["fill-opacity"], let data = path.attributes["d"] else { continue }
            counts["\(path.attributes["class"]!) \(opacity)"] = data.count { $0 == "z" }
        }
        return counts
    }

    @Test func strengthGrowsWithTheRoot() {
        #expect(cells(Self.map([[0, 1], [4, 16]])) == ["f0 0.25": 1, "f0 0.50": 1, "f0 1": 1])
        #expect(cells(Self.map([[4, .nan]], full: 16)) == ["f0 0.50": 1])
        #expect(cells(Self.map([[4, 64]], full: 16)) == ["f0 0.50": 1, "f0 1": 1], "values above are full")
    }

    @Test func theDiagonalHasItsColour() {
        #expect(cells(Self.map([[1, 1], [0, 1]], marksDiagonal: true)) == ["f0 1": 2, "f1 1": 1])
    }

    @Test func namesTextsAndNotes() {
        let parsed = expectSoundImage(
            Self.map([[90, 10], [0, 100]], texts: .values, notes: ["a note", "another"]).svg)
        for text in ["row & 0", "row & 1", "c0", "c1", "truth", "answer", "90", "10", "100", "a note", "another"] {
            #expect(parsed.labels.contains(text), "\(text)")
        }
        #expect(!parsed.labels.contains("0"), "empty cells have no text")
        #expect(parsed.all("text", style: "small inverse").map(\.text) == ["90", "100"])
        #expect(!expectSoundImage(Self.map([[90]]).svg).labels.contains("90"))
    }

    @Test func longColumnNamesAreTurned() throws {
        func transform(_ name: String) throws -> String? {
            let svg = Self.map(
                [[Double]](repeating: [1, 2, 3, 4, 5, 6, 7, 8, 9, 9], count: 2),
                columnNames: (0..<10).map { "\(name)\($0)" }
            ).svg
            return try #require(expectSoundImage(svg).all("text").first { $0.text == "\(name)0" })
                .attributes["transform"]
        }
        #expect(try transform("c") == nil)
        #expect(try transform("ankle boots ") != nil)
    }

    /// Names lie flat as long as they leave 6 pixels of their cell free.
    @Test func columnNamesThatFitAreNotTurned() throws {
        for count in 10...40 {
            func isTurned(_ name: String) throws -> (Bool, cell: Double) {
                let names = [String](repeating: name, count: count)
                let image = expectSoundImage(
                    Self.map([[Double](repeating: 1, count: count)], columnNames: names).svg)
                let frame = try #require(image.all("rect", style: "frame").first?.attributes["width"])
                let label = try #require(image.all("text").first { $0.text == name })
                return (label.attributes["transform"] != nil, try #require(Double(frame)) / Double(count))
            }
            let cell = try isTurned("c").cell
            // A "c" is 7.2 pixels wide.
            let fitting = Int((cell - 6) / 7.2)
            #expect(try fitting < 1 || !isTurned(String(repeating: "c", count: fitting)).0, "\(count) columns")
            #expect(try isTurned(String(repeating: "c", count: fitting + 1)).0, "\(count) columns")
        }
    }

    @Test(arguments: [[], [[]], [[0]], [[.nan, .infinity]], [[1e300, 1e-300]]] as [[[Double]]])
    func extremeValues(values: [[Double]]) {
        expectSoundImage(Self.map(values, texts: .values).svg)
    }
}
