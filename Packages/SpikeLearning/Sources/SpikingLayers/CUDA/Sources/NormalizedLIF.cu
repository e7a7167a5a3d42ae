// Batch normalisation by the statistics of the batch, followed by leaky integrate-and-fire neurons, as
// `NormalizedLIFKernel` computes them on the CPU. Frames have their channels innermost in memory, and normalised
// currents are never stored. The backward pass computes them and the potentials twice: first for the sums that all
// gradients need, and then for the gradients.
//
// Kernels that sum have blocks of threads with the dimensions (channels / WIDTH, rows). A row holds the channels of a
// pixel of a frame. A thread of part p of P takes every (P·blockDim.y)-th row, beginning with row p·blockDim.y +
// threadIdx.y.

/// The numbers by which currents are normalised, [3, channels]: centers, scales and shifts.
struct Shares {
    Pack<float> center, scale, shift;
};

INLINE Shares loadShares(const float *__restrict__ shares, Index channels, Index channel) {
    return {load(shares + channel), load(shares + channels + channel), load(shares + 2 * channels + channel)};
}

INLINE float normalized(const Shares &shares, int lane, float current) {
    return (current - shares.center.lanes[lane]) * shares.scale.lanes[lane] + shares.shift.lanes[lane];
}

/// Sums x − pivot and its square over each part. The pivot is the first value of the channel, which avoids the
/// difference of large numbers in the variance.
///
/// - sums: [parts, 2, channels]
KERNEL normalized_lif_statistics(
    const Element *__restrict__ currents, double *__restrict__ sums, Index rows, Index channels) {
    __shared__ double scratch[256];
    Index channel = (blockIdx.x * blockDim.x + threadIdx.x) * WIDTH;
    auto pivot = load(currents + channel);
    double first[WIDTH] = {}, second[WIDTH] = {};
    Index row = blockIdx.y * blockDim.y + threadIdx.y;
    Index stride = gridDim.y * blockDim.y;
    while (row < rows) {
        // Only the sums of a few rows are taken in single precision.
        float few[WIDTH] = {}, fewSquares[WIDTH] = {};
#pragma unroll
        for (int i = 0; i < 8; i++, row += stride) {
            if (row >= rows) continue;
            auto current = load(currents + row * channels + channel);
            EACH_LANE for (int lane = 0; lane < WIDTH; lane++) {
                float value = widened(current.lanes[lane]) - widened(pivot.lanes[lane]);
                few[lane] += value;
                fewSquares[lane] += value * value;
            }
        }
        EACH_LANE for (int lane = 0; lane < WIDTH; lane++) {
            first[lane] += few[lane];
            second[lane] += fewSquares[lane];
        }
    }
    EACH_LANE for (int lane = 0; lane < WIDTH; lane++) {
        double a = summedOverRows(first[lane], scratch), b = summedOverRows(second[lane], scratch);
        if (threadIdx.y == 0) {
            sums[(blockIdx.y * 2) * channels + channel + lane] = a;
            sums[(blockIdx.y * 2 + 1) * channels + channel + lane] = b;
        }
    }
}

/// Computes, from the sums, mean and variance [2, channels] and the shares of the normalisation, and updates the
/// running statistics unless they are null.
KERNEL normalized_lif_shares(
    const double *__restrict__ sums, const Element *__restrict__ currents, const float *__restrict__ scale,
    const float *__restrict__ shift, double *__restrict__ statistics, float *__restrict__ shares,
    float *__restrict__ runningMean, float *__restrict__ runningVariance, long long *__restrict__ batches, Index parts,
    Index channels, double values, double epsilon, double momentum) {
    __shared__ double scratch[256];
    Index channel = blockIdx.x * blockDim.x + threadIdx.x;
    double first = summedParts(sums, parts, 2 * channels, channel < channels ? channel : 2 * channels, scratch) / values;
    double second =
        summedParts(sums, parts, 2 * channels, channel < channels ? channels + channel : 2 * channels, scratch) / values;
    if (channel >= channels || threadIdx.y > 0) return;
    double mean = widened(currents[channel]) + first;
    double variance = fmax(second - first * first, 0.0);
    statistics[channel] = mean;
    statistics[channels + channel] = variance;
    shares[channel] = mean;
    shares[channels + channel] = scale[channel] / sqrt(variance + epsilon);
    shares[2 * channels + channel] = shift[channel];
    if (!runningMean) return;
    runningMean[channel] = runningMean[channel] * (1 - momentum) + mean * momentum;
    runningVariance[channel] = runningVariance[channel] * (1 - momentum) + variance * (values / (values - 1)) * momentum;
    if (channel == 0) *batches += 1;
}

KERNEL normalized_lif_forward(
    const Element *__restrict__ currents, Element *__restrict__ spikes, const float *__restrict__ shares, Index neurons,
    Index channels, Neuron neuron) {
    Index n = (blockIdx.x * blockDim.x + threadIdx.x) * WIDTH;
    if (n >= neurons) return;
    auto own = loadShares(shares, channels, n % channels);
    float membrane[WIDTH] = {};
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        auto current = load(currents + t * neurons + n);
        Pack<Element> fired;
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            float potential = charged(neuron, membrane[i], normalized(own, i, widened(current.lanes[i])));
            fired.lanes[i] = narrowed(potential >= neuron.threshold ? 1 : 0);
            membrane[i] = reset(neuron, potential);
        }
        store(spikes + t * neurons + n, fired);
    }
}

/// Computes the gradients of the normalised currents of the neurons at `n`, and passes them to `receive` from the last
/// step to the first.
template <typename Receive>
INLINE void backwardThroughNeurons(
    const Element *__restrict__ currents, const Element *__restrict__ gradients, const Shares &own, Index neurons,
    Index n, const Neuron &neuron, Receive receive) {
    float potentials[STEPS][WIDTH];
    Pack<Element> kept[STEPS];
    float membrane[WIDTH] = {};
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        kept[t] = load(currents + t * neurons + n);
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            potentials[t][i] = charged(neuron, membrane[i], normalized(own, i, widened(kept[t].lanes[i])));
            membrane[i] = reset(neuron, potentials[t][i]);
        }
    }
    float ofMembrane[WIDTH] = {};
    EACH_STEP for (Index t = STEPS; t-- > 0;) {
        auto ofSpike = load(gradients + t * neurons + n);
        float ofCurrent[WIDTH];
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            float gradient = potentialGradient(neuron, potentials[t][i], widened(ofSpike.lanes[i]), ofMembrane[i]);
            ofCurrent[i] = gradient * neuron.inputShare;
            ofMembrane[i] = gradient * neuron.membraneShare;
        }
        receive(t, ofCurrent, kept[t]);
    }
}

/// Sums the gradients g of normalised currents, and g · (current − mean), over each part: [parts, 2, channels].
KERNEL normalized_lif_sums(
    const Element *__restrict__ currents, const Element *__restrict__ gradients, const float *__restrict__ shares,
    double *__restrict__ sums, Index rows, Index channels, Neuron neuron) {
    __shared__ double scratch[256];
    Index channel = (blockIdx.x * blockDim.x + threadIdx.x) * WIDTH;
    auto own = loadShares(shares, channels, channel);
    double first[WIDTH] = {}, second[WIDTH] = {};
    for (Index row = blockIdx.y * blockDim.y + threadIdx.y; row < rows; row += gridDim.y * blockDim.y) {
        float few[WIDTH] = {}, fewProducts[WIDTH] = {};
        auto add = [&](Index, const float *gradient, const Pack<Element> &current) {
            EACH_LANE for (int i = 0; i < WIDTH; i++) {
                few[i] += gradient[i];
                fewProducts[i] += gradient[i] * (widened(current.lanes[i]) - own.center.lanes[i]);
            }
        };
        backwardThroughNeurons(currents, gradients, own, rows * channels, row * channels + channel, neuron, add);
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            first[i] += few[i];
            second[i] += fewProducts[i];
        }
    }
    EACH_LANE for (int i = 0; i < WIDTH; i++) {
        double a = summedOverRows(first[i], scratch), b = summedOverRows(second[i], scratch);
        if (threadIdx.y == 0) {
            sums[(blockIdx.y * 2) * channels + channel + i] = a;
            sums[(blockIdx.y * 2 + 1) * channels + channel + i] = b;
        }
    }
}

/// Computes, from the sums, the gradients of scale and shift, and the projection [3, channels] of factors, slopes and
/// offsets that gives the gradient of a current: factor · g − (current − mean) · slope − offset.
KERNEL normalized_lif_projection(
    const double *__restrict__ sums, const double *__restrict__ statistics, const float *__restrict__ scale,
    float *__restrict__ scaleGradient, float *__restrict__ shiftGradient, float *__restrict__ projection, Index parts,
    Index channels, double values, double epsilon) {
    __shared__ double scratch[256];
    Index channel = blockIdx.x * blockDim.x + threadIdx.x;
    double first = summedParts(sums, parts, 2 * channels, channel < channels ? channel : 2 * channels, scratch);
    double second = summedParts(sums, parts, 2 * channels, channel < channels ? channels + channel : 2 * channels, scratch);
    if (channel >= channels || threadIdx.y > 0) return;
    double inverse = 1 / sqrt(statistics[channels + channel] + epsilon);
    double factor = scale[channel] * inverse;
    scaleGradient[channel] = second * inverse;
    shiftGradient[channel] = first;
    projection[channel] = factor;
    projection[channels + channel] = factor * second * (inverse * inverse) / values;
    projection[2 * channels + channel] = factor * first / values;
}

KERNEL normalized_lif_backward(
    const Element *__restrict__ currents, const Element *__restrict__ gradients, const float *__restrict__ shares,
    const float *__restrict__ projection, Element *__restrict__ results, Index neurons, Index channels, Neuron neuron) {
    Index n = (blockIdx.x * blockDim.x + threadIdx.x) * WIDTH;
    if (n >= neurons) return;
    Index channel = n % channels;
    auto own = loadShares(shares, channels, channel);
    auto factor = load(projection + channel), slope = load(projection + channels + channel),
         offset = load(projection + 2 * channels + channel);
    auto write = [&](Index t, const float *gradient, const Pack<Element> &current) {
        Pack<Element> result;
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            float rest = (widened(current.lanes[i]) - own.center.lanes[i]) * slope.lanes[i] + offset.lanes[i];
            result.lanes[i] = narrowed(gradient[i] * factor.lanes[i] - rest);
        }
        store(results + t * neurons + n, result);
    };
    backwardThroughNeurons(currents, gradients, own, neurons, n, neuron, write);
}
