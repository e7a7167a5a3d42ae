import CTorchBridge

/// Updates of many tensors in one call, in place and outside of the graph. Tensors of one call share type and device.
package enum FusedUpdate {
    /// One step of AdamW for every parameter, with `steps` counted up first.
    ///
    /// - Parameter steps: Single float32 numbers on the parameters' device: how many steps came before.
    package static func adamW(
        _ parameters: [Tensor], gradients: [Tensor], firstMoments: [Tensor], secondMoments: [Tensor], steps: [Tensor],
        learningRate: Double, betas: (Double, Double), epsilon: Double, weightDecay: Double
    ) throws(TensorError) {
        sameCount("adamW", parameters, gradients, firstMoments, secondMoments, steps)
        try withHandles(parameters) { (parameters, count) throws(TensorError) in
            try withHandles(gradients) { (gradients, _) throws(TensorError) in
                try withHandles(firstMoments) { (firstMoments, _) throws(TensorError) in
                    try withHandles(secondMoments) { (secondMoments, _) throws(TensorError) in
                        try withHandles(steps) { (steps, _) throws(TensorError) in
                            try check(
                                tb_adamw(
                                    parameters, gradients, firstMoments, secondMoments, steps, count, learningRate,
                                    betas.0, betas.1, weightDecay, epsilon))
                        }
                    }
                }
            }
        }
    }

    /// One step of stochastic gradient descent for every parameter.
    ///
    /// - Parameters:
    ///   - momentumBuffers: Empty if `momentum` is 0.
    ///   - isFirst: The buffers hold nothing yet: they become the gradients.
    package static func sgd(
        _ parameters: [Tensor], gradients: [Tensor], momentumBuffers: [Tensor], learningRate: Double,
        momentum: Double, dampening: Double, weightDecay: Double, isNesterov: Bool, isFirst: Bool
    ) throws(TensorError) {
        sameCount("sgd", parameters, gradients, momentum == 0 ? parameters : momentumBuffers)
        try withHandles(parameters) { (parameters, count) throws(TensorError) in
            try withHandles(gradients) { (gradients, _) throws(TensorError) in
                try withHandles(momentumBuffers) { (buffers, _) throws(TensorError) in
                    try check(
                        tb_sgd(
                            parameters, gradients, buffers, count, learningRate, momentum, dampening, weightDecay,
                            isNesterov, isFirst))
                }
            }
        }
    }

    /// averages += weight · (tensors − averages)
    package static func move(_ averages: [Tensor], towards tensors: [Tensor], by weight: Double) throws(TensorError) {
        sameCount("move", averages, tensors)
        try withHandles(averages) { (averages, count) throws(TensorError) in
            try withHandles(tensors) { (tensors, _) throws(TensorError) in
                try check(tb_lerp(averages, tensors, count, weight))
            }
        }
    }

    /// tensors *= factor, a single number of their type and device.
    package static func scale(_ tensors: [Tensor], by factor: Tensor) throws(TensorError) {
        try withHandles(tensors) { (tensors, count) throws(TensorError) in
            try factor.borrow { (factor) throws(TensorError) in try check(tb_scale(tensors, count, factor)) }
        }
    }

    /// The bridge reads as many of each list as there are of the first.
    private static func sameCount(_ name: StaticString, _ lists: [Tensor]...) {
        precondition(
            lists.allSatisfy { $0.count == lists[0].count },
            "FusedUpdate.\(name): lists must be of one length, got \(lists.map(\.count))")
    }
}
