import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct DescriptionTests {
    @Test func elementsAreAligned() throws {
        #expect(
            try Tensor([1, -2.5, 0.1, 100] as [Float], shape: [2, 2]).description == """
                float32 [2, 2]
                [[  1.0,  -2.5],
                 [  0.1, 100.0]]
                """)
        #expect(
            try Tensor.arange(8).reshaped(2, 2, 2).description == """
                int64 [2, 2, 2]
                [[[0, 1],
                  [2, 3]],

                 [[4, 5],
                  [6, 7]]]
                """)
    }

    @Test func everyKindOfElement() throws {
        #expect(try Tensor(2.5).description == "float64 []\n2.5")
        #expect(try Tensor([true, false]).description == "bool [2]\n[ true, false]")
        #expect(try Tensor([UInt8(255)]).description == "uint8 [1]\n[255]")
        #expect(try Tensor([1.5]).to(.bfloat16).description == "bfloat16 [1]\n[1.5]")
        #expect(try Tensor([Double.nan, .infinity]).description == "float64 [2]\n[nan, inf]")
        #expect(try Tensor([Int.max]).description == "int64 [1]\n[9223372036854775807]")
        #expect(try Tensor.zeros([2, 0]).description == "float32 [2, 0]\n[]")
        #expect(try Tensor([1.0]).requireGradient().description == "float64 [1]\n[1.0]")
    }

    @Test func middlesAreLeftOut() throws {
        #expect(try Tensor.arange(1001).description == "int64 [1001]\n[   0,    1,    2, …,  998,  999, 1000]")
        #expect(try Tensor.arange(1000).description.count > 4000)
        let wide = try Tensor.zeros([2, 600], dtype: .int8).description
        #expect(wide == "int8 [2, 600]\n[[0, 0, 0, …, 0, 0, 0],\n [0, 0, 0, …, 0, 0, 0]]")
        let tall = try Tensor.zeros([600, 2], dtype: .int8).description
        #expect(tall.split(separator: "\n").count == 8)
        #expect(tall.split(separator: "\n")[4] == " …,")
        // Six are shown, and of seven also six.
        let rows = { try Tensor.zeros([$0, 200], dtype: .int8).description.split(separator: "\n").dropFirst() }
        #expect(try rows(6).count == 6 && rows(7).count == 7)
        #expect(try rows(6).allSatisfy { $0.contains("[0, 0, 0, …, 0, 0, 0]") } && rows(7).dropFirst(3).first == " …,")
        // Elements that are not shown are not fetched: these would fill 4 PiB.
        #expect(try Tensor.zeros([1]).expanded([1 << 50]).description.hasSuffix("[0.0, 0.0, 0.0, …, 0.0, 0.0, 0.0]"))
    }
}
