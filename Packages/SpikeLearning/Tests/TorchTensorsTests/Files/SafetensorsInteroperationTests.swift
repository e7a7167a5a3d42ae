import TestSupport
import Testing
import TorchTensors

/// The Python package reads what we write, to the byte as it would write it, and we read what it writes.
@Suite(.leavesNothing, .enabled(if: Python.hasSafetensors, "needs SPIKEKIT_PYTHON with torch and safetensors"))
struct SafetensorsInteroperationTests {
    private func tensors() throws -> [String: Tensor] {
        var tensors = try SafetensorsTests.everyType()
        tensors["single"] = try Tensor([7] as [Int32], shape: [])
        tensors["empty"] = try Tensor(unset: [0, 3], dtype: .float64)
        tensors["ü \"\\\n\u{1F600}"] = try Tensor([1, 2] as [Int8])
        return tensors
    }

    @Test func pythonReadsAndRewritesOurs() throws {
        let folder = try TemporaryFolder()
        let tensors = try tensors()
        try Safetensors.write(tensors, metadata: ["note": "ü\"\n\u{1}"], to: folder.file("a"))
        let output = try Python.run(
            """
            import sys, torch
            from safetensors import safe_open
            from safetensors.torch import load_file, save_file
            tensors = load_file(sys.argv[1])
            with safe_open(sys.argv[1], 'pt') as file: metadata = file.metadata()
            save_file(dict(reversed(tensors.items())), sys.argv[2], metadata=metadata)
            for name in sorted(tensors):
                tensor = tensors[name]
                print(ascii(name), str(tensor.dtype)[6:], list(tensor.shape), tensor.double().flatten().tolist())
            """, [folder.file("a"), folder.file("b")])
        func line(_ name: String, _ key: String) throws -> String {
            let tensor = tensors[key]!
            return "\(name) \(tensor.dtype) \(tensor.shape) \(try tensor.elements(as: Double.self))"
        }
        var expected = try tensors.keys.filter { $0.utf8.allSatisfy { $0 < 128 } }.sorted().map {
            try line("'\($0)'", $0)
        }
        expected.append(try line(#"'\xfc "\\\n\U0001f600'"#, "ü \"\\\n\u{1F600}"))
        #expect(output.split(separator: "\n").map(String.init) == expected)
        #expect(try folder.bytes("a") == folder.bytes("b"))
    }

    @Test func weReadPythons() throws {
        let folder = try TemporaryFolder()
        _ = try Python.run(
            """
            import sys, torch
            from safetensors.torch import save_file
            types = [torch.float32, torch.float64, torch.bfloat16, torch.float16, torch.int64, torch.int32,
                     torch.int16, torch.int8, torch.uint8, torch.bool]
            tensors = {str(t)[6:]: torch.tensor([[0, 1, 2], [3, 100, 0.5]]).to(t) for t in types[:-1]}
            tensors['bool'] = torch.tensor([[0, 1, 1], [0, 0, 1]]).bool()
            tensors['single'] = torch.tensor(7, dtype=torch.int32)
            tensors['empty'] = torch.zeros(0, 3, dtype=torch.float64)
            tensors['ü "\\\\\\n\\U0001f600'] = torch.tensor([1, 2], dtype=torch.int8)
            save_file(tensors, sys.argv[1], metadata={'ü"': 'b\\n', 'c': ''})
            """, [folder.file("a")])
        let (found, metadata) = try Safetensors.read(folder.file("a"))
        try SafetensorsTests.expectEqual(found, tensors())
        #expect(metadata == ["ü\"": "b\n", "c": ""])
    }
}
