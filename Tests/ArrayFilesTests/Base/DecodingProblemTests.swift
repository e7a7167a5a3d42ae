import ArrayFiles
import Foundation
import Testing

@Suite struct DecodingProblemTests {
    private struct Item: Decodable {
        enum Kind: String, Decodable { case small, large }
        let size: UInt8
        let kind: Kind?
    }

    private func problem(_ json: String) -> String? {
        do {
            _ = try JSONReader.decode([String: [Item]].self, from: Data(json.utf8))
            return nil
        } catch {
            return decodingProblem(error)
        }
    }

    /// The place is a path through the value.
    @Test func theProblemAndItsPlaceAreInWords() {
        #expect(problem(#"{"a":[{"size":1},{"size":255,"kind":"small"}]}"#) == nil)
        #expect(problem(#"{"a":[{"size":1},{}]}"#) == "a[1].size is missing")
        #expect(problem(#"{"a":[{"size":"1"}]}"#) == "a[0].size is of another type")
        #expect(problem(#"{"a":[{"size":null}]}"#) == "a[0].size is of another type")
        #expect(problem(#"{"a":[{"size":1,"kind":"huge"}]}"#) == "a[0].kind has a value that is not known")
        for number in ["256", "-1", "1e400", "1.5", "99999999999999999999"] {
            let found = problem("{\"a\":[{\"size\":\(number)}]}")
            #expect(
                found == "it is not valid JSON, or has a number that is out of range"
                    || found == "a[0].size is out of range", "\(number)")
        }
        #expect(problem("[]") == "it is of another form")
        #expect(problem("{") == "it is not valid JSON, or has a number that is out of range")
        let context = DecodingError.Context(codingPath: [], debugDescription: "3 of 2 trials")
        #expect(decodingProblem(DecodingError.dataCorrupted(context)) == "3 of 2 trials")
        #expect(decodingProblem(CancellationError()) == "CancellationError()")
    }
}
