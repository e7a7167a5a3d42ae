// Kernels for CUDA devices: NVRTC compiles them, and the driver runs them. Both libraries are opened at run time.
#include "CUDA.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "Guarded.hpp"
#include "Libraries.hpp"

using namespace bridge;

namespace {

/// The functions of NVRTC that the bridge uses, as declared in NVRTC's manual.
struct NVRTC {
    using Program = void *;
    int (*version)(int *, int *) = nullptr;
    int (*createProgram)(Program *, const char *, const char *, int, const char *const *, const char *const *) = nullptr;
    int (*compileProgram)(Program, int, const char *const *) = nullptr;
    int (*destroyProgram)(Program *) = nullptr;
    int (*logSize)(Program, size_t *) = nullptr;
    int (*log)(Program, char *) = nullptr;
    int (*binarySize)(Program, size_t *) = nullptr;
    int (*binary)(Program, char *) = nullptr;
    int (*ptxSize)(Program, size_t *) = nullptr;
    int (*ptx)(Program, char *) = nullptr;
    int (*architectureCount)(int *) = nullptr;
    int (*architectures)(int *) = nullptr;
    const char *(*errorText)(int) = nullptr;

    std::string problem;
    std::string versionText;

    NVRTC() {
        std::vector<std::string> paths;
        if (auto *path = std::getenv("SPIKEKIT_NVRTC")) {
            paths = {path};
        } else {
            // LibTorch's library of this name is linked with the NVRTC that LibTorch was built for, and finds it.
            auto ofLibTorch = folderOf(reinterpret_cast<void *>(&at::show_config)) + "libcaffe2_nvrtc.so";
            paths = {ofLibTorch, "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"};
        }
        std::string failure;
        auto *library = openFirst(paths, failure);
        if (!library) {
            problem = "NVRTC is not there: " + failure;
            return;
        }
        find(library, "nvrtcVersion", version, problem);
        find(library, "nvrtcCreateProgram", createProgram, problem);
        find(library, "nvrtcCompileProgram", compileProgram, problem);
        find(library, "nvrtcDestroyProgram", destroyProgram, problem);
        find(library, "nvrtcGetProgramLogSize", logSize, problem);
        find(library, "nvrtcGetProgramLog", log, problem);
        find(library, "nvrtcGetCUBINSize", binarySize, problem);
        find(library, "nvrtcGetCUBIN", binary, problem);
        find(library, "nvrtcGetPTXSize", ptxSize, problem);
        find(library, "nvrtcGetPTX", ptx, problem);
        find(library, "nvrtcGetNumSupportedArchs", architectureCount, problem);
        find(library, "nvrtcGetSupportedArchs", architectures, problem);
        find(library, "nvrtcGetErrorString", errorText, problem);
        int major = 0, minor = 0;
        if (problem.empty() && version(&major, &minor) == 0) {
            versionText = std::to_string(major) + "." + std::to_string(minor);
            openBuiltins();
        }
    }

    /// Opens NVRTC's second library. NVRTC opens this library by name when it compiles, and may not search its own
    /// directory, but finds a library that is already open.
    void openBuiltins() const {
        auto folder = folderOf(reinterpret_cast<void *>(version));
        std::string ignored;
        openFirst({folder + "libnvrtc-builtins.so." + versionText}, ignored);
    }

    static const NVRTC &shared() {
        static const NVRTC nvrtc;
        if (!nvrtc.problem.empty()) throw std::runtime_error(nvrtc.problem);
        return nvrtc;
    }

    void check(int result, const std::string &detail = "") const {
        if (result == 0) return;
        throw std::runtime_error(std::string("NVRTC: ") + errorText(result) + (detail.empty() ? "" : ": " + detail));
    }

    std::vector<int> knownArchitectures() const {
        int count = 0;
        check(architectureCount(&count));
        std::vector<int> known(std::max(count, 1));
        check(architectures(known.data()));
        known.resize(count);
        return known;
    }
};

/// The functions of the driver that the bridge uses, as declared in the driver's manual.
struct Driver {
    int (*deviceGet)(int *, int) = nullptr;
    int (*deviceAttribute)(int *, int, int) = nullptr;
    int (*currentContext)(void **) = nullptr;
    int (*setContext)(void *) = nullptr;
    int (*retainPrimaryContext)(void **, int) = nullptr;
    int (*loadModule)(void **, const void *) = nullptr;
    int (*moduleFunction)(void **, void *, const char *) = nullptr;
    int (*launchKernel)(
        void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **, void **) = nullptr;
    int (*errorText)(int, const char **) = nullptr;

    std::string problem;
    bool isEmulator = false;

    static constexpr auto *driverVariable = "SPIKEKIT_CUDA_DRIVER";

    Driver() {
        std::string failure;
        auto *path = std::getenv(driverVariable);
        auto *library = openFirst({path ? path : "libcuda.so.1"}, failure);
        if (!library) {
            problem = "the CUDA driver is not there: " + failure;
            return;
        }
        find(library, "cuDeviceGet", deviceGet, problem);
        find(library, "cuDeviceGetAttribute", deviceAttribute, problem);
        find(library, "cuCtxGetCurrent", currentContext, problem);
        find(library, "cuCtxSetCurrent", setContext, problem);
        find(library, "cuDevicePrimaryCtxRetain", retainPrimaryContext, problem);
        find(library, "cuModuleLoadData", loadModule, problem);
        find(library, "cuModuleGetFunction", moduleFunction, problem);
        find(library, "cuLaunchKernel", launchKernel, problem);
        find(library, "cuGetErrorString", errorText, problem);
        isEmulator = symbol(library, "spikekit_cuda_emulator") != nullptr;
    }

    static const Driver &shared() {
        static const Driver driver;
        if (!driver.problem.empty()) throw std::runtime_error(driver.problem);
        return driver;
    }

    void check(int result) const {
        if (result == 0) return;
        const char *text = nullptr;
        errorText(result, &text);
        throw std::runtime_error("CUDA driver: " + std::string(text ? text : "error") + " (" + std::to_string(result) + ")");
    }

    /// Sets the context of the device for this thread. A thread that has only requested memory from LibTorch has no
    /// context.
    void makeCurrent(at::Device device) const {
        void *context = nullptr;
        check(currentContext(&context));
        if (context) return;
        int handle = 0;
        check(deviceGet(&handle, device.index()));
        check(retainPrimaryContext(&context, handle));
        check(setContext(context));
    }
};

char *copied(const std::string &text) { return strdup(text.c_str()); }

}  // namespace

const char *tb_nvrtc_version(const char **problem) {
    static std::string failure, version;
    static const bool isThere = [] {
        try {
            version = NVRTC::shared().versionText;
            return true;
        } catch (const std::exception &exception) {
            failure = exception.what();
            return false;
        }
    }();
    *problem = isThere ? nullptr : failure.c_str();
    return isThere ? version.c_str() : nullptr;
}

bool tb_cuda_is_emulated(void) {
    // Otherwise, the driver is opened when it is needed.
    if (!std::getenv(Driver::driverVariable)) return false;
    try {
        return Driver::shared().isEmulator;
    } catch (const std::exception &) {
        return false;
    }
}

TBError tb_cuda_compile(
    const char *source, const char *name, int32_t architecture, const char *const *options, size_t option_count,
    void **image, size_t *size, char **log) {
    return guarded("CUDA kernel", {}, [&] {
        auto &nvrtc = NVRTC::shared();
        auto known = nvrtc.knownArchitectures();
        auto isKnown = std::find(known.begin(), known.end(), architecture) != known.end();
        auto target = isKnown ? "sm_" + std::to_string(architecture)
                              : "compute_" + std::to_string(known.empty() ? 75 : known.back());
        std::vector<std::string> texts(options, options + option_count);
        texts.push_back("--gpu-architecture=" + target);
        std::vector<const char *> pointers;
        for (auto &text : texts) pointers.push_back(text.c_str());

        NVRTC::Program program = nullptr;
        nvrtc.check(nvrtc.createProgram(&program, source, name, 0, nullptr, nullptr));
        struct Scope {
            const NVRTC &nvrtc;
            NVRTC::Program program;
            ~Scope() { nvrtc.destroyProgram(&program); }
        } scope{nvrtc, program};
        auto result = nvrtc.compileProgram(program, static_cast<int>(pointers.size()), pointers.data());
        size_t length = 0;
        std::string said;
        if (nvrtc.logSize(program, &length) == 0 && length > 1) {
            said.resize(length);
            nvrtc.log(program, said.data());
            said.resize(length - 1);
        }
        nvrtc.check(result, said);
        nvrtc.check(isKnown ? nvrtc.binarySize(program, size) : nvrtc.ptxSize(program, size));
        std::string code(*size, '\0');
        nvrtc.check(isKnown ? nvrtc.binary(program, code.data()) : nvrtc.ptx(program, code.data()));
        *image = std::malloc(code.size());
        std::memcpy(*image, code.data(), code.size());
        *log = copied(said);
    });
}

TBError tb_cuda_architecture(TBDevice device, int32_t *architecture) {
    return guarded("CUDA device", {}, [&] {
        auto place = bridge::device(device);
        auto &driver = Driver::shared();
        int handle = 0, major = 0, minor = 0;
        driver.check(driver.deviceGet(&handle, place.index()));
        // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
        driver.check(driver.deviceAttribute(&major, 75, handle));
        driver.check(driver.deviceAttribute(&minor, 76, handle));
        *architecture = major * 10 + minor;
    });
}

TBError tb_cuda_load(TBDevice device, const void *image, TBCUDAModule *module) {
    return guarded("CUDA kernel", {}, [&] {
        auto place = bridge::device(device);
        c10::DeviceGuard guard(place);
        auto &driver = Driver::shared();
        driver.makeCurrent(place);
        driver.check(driver.loadModule(&module->object, image));
    });
}

TBError tb_cuda_function(TBCUDAModule module, const char *name, TBCUDAFunction *function) {
    return guarded(name, {}, [&] {
        auto &driver = Driver::shared();
        driver.check(driver.moduleFunction(&function->object, module.object, name));
    });
}

TBError tb_cuda_launch(
    TBDevice device, TBCUDAFunction function, const uint32_t *grid, const uint32_t *block, void **arguments) {
    return guarded("CUDA kernel", {}, [&] {
        auto place = bridge::device(device);
        c10::DeviceGuard guard(place);
        auto &driver = Driver::shared();
        driver.makeCurrent(place);
        auto stream = c10::impl::VirtualGuardImpl(place.type()).getStream(place);
        driver.check(driver.launchKernel(
            function.object, grid[0], grid[1], grid[2], block[0], block[1], block[2], /*shared memory=*/0,
            nativeHandle(stream), arguments, nullptr));
    });
}
