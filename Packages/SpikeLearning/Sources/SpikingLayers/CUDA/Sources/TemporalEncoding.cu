// The encoding of a static input as spikes, as `TemporalEncodingKernel` computes it on the CPU.
//
//   CODE      0 rate, 1 phase, 2 time to first spike
//   DETACHES  whether the spike counts as a constant in the gradient of the value after the step
//   LEARNS    whether thresholds have gradients
//
// A frame is [outer, channels, run] in memory, so that value n belongs to channel n / run % channels.

/// The value after a step.
INLINE float updated(float x, float threshold) {
#if CODE == 0
    return x;
#elif CODE == 1
    return x >= threshold ? x - threshold : x;
#else
    return x >= threshold ? 0 : x;
#endif
}

/// - thresholds: [STEPS, channels]
/// - spikes: [STEPS, neurons]
KERNEL temporal_encoding_forward(
    const Element *__restrict__ values, const float *__restrict__ thresholds, Element *__restrict__ spikes,
    Index neurons, Index channels, Index run) {
    Index n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= neurons) return;
    Index channel = n / run % channels;
    float x = widened(values[n]);
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        float threshold = thresholds[t * channels + channel];
        spikes[t * neurons + n] = narrowed(x >= threshold ? 1 : 0);
        x = updated(x, threshold);
    }
}

/// - results: The gradients of the values.
/// - sums: If LEARNS, the gradients of the thresholds, summed over each part of the values, [parts, STEPS, channels].
///   Parts and threads are those of `learnable_lif_backward`.
KERNEL temporal_encoding_backward(
    const Element *__restrict__ values, const float *__restrict__ thresholds, const Element *__restrict__ gradients,
    Element *__restrict__ results, double *__restrict__ sums, Index neurons, Index channels, Index run, Neuron neuron) {
    __shared__ double scratch[256];
    Index channel = blockIdx.x * blockDim.x + threadIdx.x;
    bool isInside = channel < channels;
    Index count = isInside ? neurons / channels : 0;
    float ofThreshold[STEPS] = {};
    for (Index element = blockIdx.y * blockDim.y + threadIdx.y; element < count; element += gridDim.y * blockDim.y) {
        Index n = (element / run * channels + channel) * run + element % run;
        float before[STEPS];
        float x = widened(values[n]);
        EACH_STEP for (Index t = 0; t < STEPS; t++) {
            before[t] = x;
            x = updated(x, thresholds[t * channels + channel]);
        }
        float after = 0;
        EACH_STEP for (Index t = STEPS; t-- > 0;) {
            float threshold = thresholds[t * channels + channel];
            bool fired = before[t] >= threshold;
            float ofSpike = widened(gradients[t * neurons + n]);
#if CODE == 1 && !DETACHES
            ofSpike += -after * threshold;
#elif CODE == 2 && !DETACHES
            ofSpike += -after * before[t];
#endif
            float ofDifference = ofSpike * derivative(neuron, before[t] - threshold);
#if LEARNS
            ofThreshold[t] += (CODE == 1 && fired ? -after : 0) - ofDifference;
#endif
            after = ofDifference + (CODE == 2 && fired ? 0 : after);
        }
        results[n] = narrowed(after);
    }
#if LEARNS
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        double sum = summedOverRows(ofThreshold[t], scratch);
        if (isInside && threadIdx.y == 0) sums[(blockIdx.y * STEPS + t) * channels + channel] = sum;
    }
#endif
}

/// Adds up partial sums [parts, columns] to sums [columns].
KERNEL sum_parts(const double *__restrict__ sums, float *__restrict__ result, Index parts, Index columns) {
    __shared__ double scratch[256];
    Index column = blockIdx.x * blockDim.x + threadIdx.x;
    double sum = summedParts(sums, parts, columns, column, scratch);
    if (column < columns && threadIdx.y == 0) result[column] = sum;
}
