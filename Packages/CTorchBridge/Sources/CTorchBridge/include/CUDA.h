/// Kernels for CUDA devices, compiled at run time.
///
/// NVRTC and the driver are opened when they are first asked for, so the bridge is built without CUDA's headers and runs
/// where there is no CUDA.
#ifndef TORCH_BRIDGE_CUDA_H
#define TORCH_BRIDGE_CUDA_H

#include "Base.h"

TB_BEGIN

/// NVRTC's version, such as 13.0; null if NVRTC cannot be opened, and `problem` then says why. Texts live as long as the
/// process.
const char *tb_nvrtc_version(const char **problem);

/// Whether the driver is one that runs kernels on the CPU, on tensors there: the tests' own, named by the environment
/// variable `SPIKEKIT_CUDA_DRIVER`.
bool tb_cuda_is_emulated(void);

/// Compiles CUDA C for an architecture such as 90 (`sm_90`): machine code if NVRTC knows it, else PTX for the newest that it
/// knows, which the driver translates. Needs no GPU.
///
/// - options: Such as `-DSTEPS=4`.
/// - image: Of `size` bytes, to be freed with `free`.
/// - log: What the compiler said, to be freed with `free`; it names the registers of each kernel.
TB_CHECKED TBError tb_cuda_compile(
    const char *source, const char *name, int32_t architecture, const char *const *options, size_t option_count,
    void **image, size_t *size, char **log);

/// The compute capability of a device, such as 90 for 9.0.
TB_CHECKED TBError tb_cuda_architecture(TBDevice device, int32_t *architecture);

/// A module of kernels on a device, from what `tb_cuda_compile` gave; it stays loaded as long as the process lives.
typedef struct {
    void *object;
} TBCUDAModule;

TB_CHECKED TBError tb_cuda_load(TBDevice device, const void *image, TBCUDAModule *module);

typedef struct {
    void *object;
} TBCUDAFunction;

TB_CHECKED TBError tb_cuda_function(TBCUDAModule module, const char *name, TBCUDAFunction *function);

/// Runs a kernel on the stream on which LibTorch computes on this thread. Does not wait for it.
///
/// - grid, block: Three numbers each.
/// - arguments: Where each of the kernel's arguments lies.
TB_CHECKED TBError tb_cuda_launch(
    TBDevice device, TBCUDAFunction function, const uint32_t *grid, const uint32_t *block, void **arguments);

TB_END

#endif
