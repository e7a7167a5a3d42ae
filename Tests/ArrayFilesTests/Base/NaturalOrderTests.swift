import ArrayFiles
import Testing

@Suite struct NaturalOrderTests {
    @Test func numbersGoByTheirValues() {
        let names = ["seed-1000", "b", "seed-35", "seed-0", "a10", "a9", "seed-035", "a"]
        let sorted = ["a", "a9", "a10", "b", "seed-0", "seed-035", "seed-35", "seed-1000"]
        #expect(names.sorted(by: isNaturallyBefore) == sorted)
        #expect(names.reversed().sorted(by: isNaturallyBefore) == sorted)
        #expect(!isNaturallyBefore("a", "a"))
    }
}
