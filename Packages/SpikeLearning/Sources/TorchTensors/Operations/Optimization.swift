import CTorchBridge

/// Updates of many tensors in one call, in place and outside of the graph of gradients. All tensors of one call have
/// the same type and device.
package enum FusedUpdate {
    /// Increases each number in `steps` by 1, then applies one step of AdamW to every parameter.
    ///
    /// - Parameter steps: For each parameter, the number of earlier steps: a float32 tensor of one element on the
    ///   parameter's device.
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

    /// Applies one step of stochastic gradient descent to every parameter.
    ///
    /// - Parameters:
    ///   - momentumBuffers: One buffer per parameter; empty if `momentum` is 0.
    ///   - isFirst: True if the buffers are not yet set. They are then set to the gradients.
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

    /// Moves the averages towards the tensors: averages += weight · (tensors − averages).
    package static func move(_ averages: [Tensor], towards tensors: [Tensor], by weight: Double) throws(TensorError) {
        sameCount("move", averages, tensors)
        try withHandles(averages) { (averages, count) throws(TensorError) in
            try withHandles(tensors) { (tensors, _) throws(TensorError) in
                try check(tb_lerp(averages, tensors, count, weight))
            }
        }
    }

    /// Multiplies all tensors by `factor`, a tensor of one element with their type and device.
    package static func scale(_ tensors: [Tensor], by factor: Tensor) throws(TensorError) {
        try withHandles(tensors) { (tensors, count) throws(TensorError) in
            try factor.borrow { (factor) throws(TensorError) in try check(tb_scale(tensors, count, factor)) }
        }
    }

    /// Traps unless all lists have the same length. The bridge reads as many tensors from each list as the first one
    /// has.
    private static func sameCount(_ name: StaticString, _ lists: [Tensor]...) {
        precondition(
            lists.allSatisfy { $0.count == lists[0].count },
            "FusedUpdate.\(name): lists must be of one length, got \(lists.map(\.count))")
    }
}
