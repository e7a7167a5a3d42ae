import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes tensors that Swift code computed results in the graph of gradients.
///
/// Compute the outputs on fresh memory, then `record` them with the function that computes the gradients.
public enum CustomFunction {
    /// Gradients of the inputs, nil where there is none, from those of the outputs, nil where none arrived. `saved` are the
    /// tensors that were saved. It may run on a thread of LibTorch's; what it throws reaches the caller of `backward`.
    public typealias Backward =
        @Sendable (_ saved: [Tensor], _ gradients: [Tensor?]) throws -> [Tensor?]

    /// Enters `outputs` into the graph, if gradients are recorded and an input requires one; else does nothing.
    ///
    /// - Parameters:
    ///   - name: For messages.
    ///   - saved: What `backward` is given, and what is freed after it; inputs, outputs or others. Do not capture tensors
    ///     in `backward` instead: an output would never be freed. One that is changed in place before the backward pass
    ///     is an error there.
    public static func record(
        _ name: StaticString, inputs: [Tensor], outputs: [Tensor], saving saved: [Tensor] = [],
        backward: @escaping Backward
    ) throws(TensorError) {
        guard tb_gradients_enabled(), inputs.contains(where: \.requiresGradient) else { return }
        let context = Context(
            name: name, inputCount: inputs.count, outputCount: outputs.count, savedCount: saved.count,
            backward: backward)
        let function = TBFunction(
            name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
            context: Unmanaged.passRetained(context).toOpaque(),
            backward: { Context.from($0!).run($1, $2, $3) },
            release: { Unmanaged<Context>.fromOpaque($0!).release() })
        try withHandles(inputs) { (inputs, inputCount) throws(TensorError) in
            try withHandles(outputs) { (outputs, outputCount) throws(TensorError) in
                try withHandles(saved) { (saved, savedCount) throws(TensorError) in
                    try check(tb_record(function, inputs, inputCount, outputs, outputCount, saved, savedCount))
                }
            }
        }
    }

    /// How many recorded functions the graph holds; a test that this returns to what it was finds leaks.
    public static var liveCount: Int { Int(tb_live_nodes()) }

    private final class Context: Sendable {
        let name: StaticString
        let inputCount: Int
        let outputCount: Int
        let savedCount: Int
        let backward: Backward

        init(
            name: StaticString, inputCount: Int, outputCount: Int, savedCount: Int, backward: @escaping Backward
        ) {
            self.name = name
            self.inputCount = inputCount
            self.outputCount = outputCount
            self.savedCount = savedCount
            self.backward = backward
        }

        static func from(_ pointer: UnsafeMutableRawPointer) -> Context {
            Unmanaged<Context>.fromOpaque(pointer).takeUnretainedValue()
        }

        /// The bridge's form of `backward`: an allocated message if it throws.
        func run(
            _ saved: UnsafePointer<TBTensor>?, _ gradients: UnsafePointer<TBTensor>?,
            _ results: UnsafeMutablePointer<TBTensor>?
        ) -> UnsafeMutablePointer<CChar>? {
            func tensors(_ handles: UnsafePointer<TBTensor>?, _ count: Int) -> [Tensor?] {
                UnsafeBufferPointer(start: handles, count: count).map {
                    $0.object == nil ? nil : Tensor(owning: tb_tensor_retain($0))
                }
            }
            do {
                let computed = try backward(
                    tensors(saved, savedCount).compactMap { $0 }, tensors(gradients, outputCount))
                guard computed.count == inputCount else {
                    return message("\(computed.count) gradients for \(inputCount) inputs")
                }
                for (index, tensor) in computed.enumerated() {
                    if let tensor { results![index] = tensor.ask(tb_tensor_retain) }
                }
                return nil
            } catch {
                return message("\(error)")
            }
        }

        private func message(_ text: String) -> UnsafeMutablePointer<CChar>? {
            strdup("\(name): \(text)")
        }
    }
}
