import Testing
import TorchTensors

struct DeviceTests {
    @Test(arguments: [
        ("cpu", Device.cpu), ("cuda", .cuda), ("cuda:0", .cuda), ("cuda:1", .cuda(index: 1)),
        ("cuda:127", .cuda(index: 127)), ("mps", .mps),
    ])
    func names(text: String, device: Device) {
        #expect(Device(text) == device)
        #expect(Device(device.description) == device)
    }

    @Test(arguments: ["", "CPU", "cuda:", "cuda:-1", "cuda:128", "cuda: 1", "cuda:1 ", "gpu", "mps:0"])
    func otherTextsAreNone(text: String) { #expect(Device(text) == nil) }

    @Test func theProcessorIsThere() throws {
        #expect(Device.cpu.isAvailable)
        try Device.cpu.synchronize()
        #expect(Device.cuda.description == "cuda" && Device.cuda(index: 2).description == "cuda:2")
    }
}
