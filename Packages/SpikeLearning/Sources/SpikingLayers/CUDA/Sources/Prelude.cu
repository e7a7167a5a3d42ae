// Definitions that all kernels share. NVRTC, which has no headers, compiles each source at run time with this file in
// front.
//
// These macros are set by the caller, so that every kernel is compiled for its case:
//   STEPS      T
//   WIDTH      number of neighbouring neurons that a thread computes, reads and writes at once
//   ELEMENT    element type of tensors: 0 float32, 1 bfloat16, 2 float16; arithmetic is in float32
//   SURROGATE  0 sigmoid, 1 arctangent, 2 triangle, 3 fast sigmoid, 4 rectangle
//   DECAY      0 factor, 1 time constant, 2 time constant that is a power of two, whose reciprocal is exact
//   RESET      0 subtract the threshold, 1 to zero
//   DETACHES   whether the reset has no gradient
//
// Products and sums are not contracted (--fmad=false), so that results are those of separate operations.

typedef unsigned int Index;

#define INLINE __device__ __forceinline__

#define KERNEL extern "C" __global__ void

// With few steps, the values that a thread keeps of every step are in registers, otherwise in its local memory.
#if STEPS <= 16
#define EACH_STEP _Pragma("unroll")
#else
#define EACH_STEP _Pragma("unroll 1")
#endif
#define EACH_LANE _Pragma("unroll")

#if ELEMENT == 0
typedef float Element;
INLINE float widened(Element value) { return value; }
INLINE Element narrowed(float value) { return value; }
#elif ELEMENT == 1
typedef unsigned short Element;
INLINE float widened(Element value) { return __uint_as_float((unsigned int)value << 16); }
INLINE Element narrowed(float value) {
    unsigned int bits = __float_as_uint(value);
    // Rounds to the nearest, ties to even; NaN stays NaN.
    return value == value ? (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16 : 0x7FC0u;
}
#else
typedef unsigned short Element;
INLINE float widened(Element value) {
    float result;
    asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value));
    return result;
}
INLINE Element narrowed(float value) {
    Element result;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result) : "f"(value));
    return result;
}
#endif

/// Neighbouring values in memory.
template <typename Value>
struct alignas(sizeof(Value) * WIDTH) Pack {
    Value lanes[WIDTH];
};

template <typename Value>
INLINE Pack<Value> load(const Value *place) { return *reinterpret_cast<const Pack<Value> *>(place); }

template <typename Value>
INLINE void store(Value *place, const Pack<Value> &pack) { *reinterpret_cast<Pack<Value> *>(place) = pack; }

/// The settings of a neuron, all as float32.
struct Neuron {
    float threshold;
    /// The decay factor or the time constant.
    float decay;
    /// The factors of the previous membrane potential and of the current in the gradient.
    float membraneShare;
    float inputShare;
    /// The numbers of the surrogate gradient, as `derivative` uses them.
    float first;
    float second;
};

#ifdef SURROGATE
/// The derivative of the surrogate at u, the potential minus the threshold.
INLINE float derivative(const Neuron &neuron, float u) {
#if SURROGATE == 0
    float e = expf(-fabsf(u * neuron.first));
    return e * neuron.first / ((e + 1) * (e + 1));
#elif SURROGATE == 1
    float s = u * neuron.second;
    return neuron.first / (s * s + 1);
#elif SURROGATE == 2
    float height = 1 - fabsf(u) * neuron.first;
    return (height < 0 ? 0 : height) * neuron.first;
#elif SURROGATE == 3
    float s = fabsf(u) * neuron.first + 1;
    return 1 / (s * s);
#else
    return fabsf(u) > neuron.first ? 0 : neuron.second;
#endif
}
#endif

#ifdef DECAY
/// The potential U from the previous membrane potential and the current.
INLINE float charged(const Neuron &neuron, float membrane, float current) {
#if DECAY == 0
    return membrane * neuron.decay + current;
#elif DECAY == 1
    return membrane + (current - membrane) / neuron.decay;
#else
    return membrane + (current - membrane) * neuron.inputShare;
#endif
}

/// The membrane potential V after a step, from the potential U.
INLINE float reset(const Neuron &neuron, float potential) {
#if RESET == 0
    return potential >= neuron.threshold ? potential - neuron.threshold : potential;
#else
    return potential >= neuron.threshold ? 0 : potential;
#endif
}

/// The derivative of the membrane potential V after a step with respect to the potential U.
INLINE float resetSlope(const Neuron &neuron, float potential, float derivative) {
#if RESET == 0 && DETACHES
    return 1;
#elif RESET == 0
    return 1 - derivative * neuron.threshold;
#elif DETACHES
    return potential >= neuron.threshold ? 0 : 1;
#else
    return (potential >= neuron.threshold ? 0 : 1) - potential * derivative;
#endif
}

/// The gradient of the potential U, from those of the spike and of the membrane potential V after the step.
INLINE float potentialGradient(const Neuron &neuron, float potential, float ofSpike, float ofMembrane) {
    float slope = derivative(neuron, potential - neuron.threshold);
    return ofSpike * slope + ofMembrane * resetSlope(neuron, potential, slope);
}
#endif

/// Adds up the values of those threads of a block that differ in threadIdx.y only, always in the same order. Threads
/// with threadIdx.y = 0 get the sums.
///
/// - scratch: Shared memory, one number per thread.
INLINE double summedOverRows(double value, double *scratch) {
    scratch[threadIdx.y * blockDim.x + threadIdx.x] = value;
    __syncthreads();
    for (Index half = blockDim.y / 2; half > 0; half /= 2) {
        if (threadIdx.y < half) {
            scratch[threadIdx.y * blockDim.x + threadIdx.x] += scratch[(threadIdx.y + half) * blockDim.x + threadIdx.x];
        }
        __syncthreads();
    }
    double sum = scratch[threadIdx.x];
    __syncthreads();
    return sum;
}

/// The sum of column `column` of partial sums [parts, columns], which the thread of the column with threadIdx.y = 0
/// gets. All threads of a block of 32 × 8 threads must call it; their threadIdx.x is the index among columns.
INLINE double summedParts(const double *__restrict__ sums, Index parts, Index columns, Index column, double *scratch) {
    double sum = 0;
    if (column < columns) {
        for (Index part = threadIdx.y; part < parts; part += blockDim.y) sum += sums[part * columns + column];
    }
    return summedOverRows(sum, scratch);
}
