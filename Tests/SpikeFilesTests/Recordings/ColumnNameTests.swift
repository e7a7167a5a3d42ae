import Testing

@testable import SpikeFiles

@Suite struct ColumnNameTests {
    @Test(
        arguments: [
            ("ECG (mV)", "ECG", "mV"), ("ECG [mV]", "ECG", "mV"), ("ECG_mV", "ECG", "mV"), ("ECG_(mV)", "ECG", "mV"),
            ("ECG _ [ mV ]", "ECG", "mV"), ("_a (V)", "_a", "V"), ("a (b) (V)", "a (b)", "V"), ("(mV)", "", "mV"),
            ("ECG (anything at all)", "ECG", "anything at all"), ("ECG", "ECG", nil), ("ECG_left", "ECG_left", nil),
            ("ECG ()", "ECG", nil), ("_mV", "_mV", nil), ("left_arm_uV", "left_arm", "uV"), ("a (b", "a (b", nil),
        ] as [(String, String, String?)])
    func namesAreTakenApart(_ name: String, quantity: String, unit: String?) {
        let column = ColumnName(name)
        #expect(column.quantity == quantity && column.unit == unit)
    }

    @Test func theCommonUnitIsThatOfEveryName() {
        #expect(ColumnName.commonUnit(["a (mV)", "b_mV"]) == "mV")
        #expect(ColumnName.commonUnit(["a (mV)", "b (V)"]) == nil)
        #expect(ColumnName.commonUnit(["a (mV)", "b"]) == nil)
        #expect(ColumnName.commonUnit(["a", "b"]) == nil && ColumnName.commonUnit([]) == nil)
    }

    @Test func unitsAreAddedOnce() {
        #expect(ColumnName.name("a", unit: "mV") == "a_mV" && ColumnName.name("a b", unit: "mV") == "a b (mV)")
        #expect(ColumnName.name("a", unit: "furlong") == "a (furlong)")
        #expect(ColumnName.name("a (V)", unit: "mV") == "a (V)")
        #expect(ColumnName.name("a", unit: nil) == "a" && ColumnName.name("a", unit: "") == "a")
    }
}
