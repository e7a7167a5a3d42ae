// What the parts of the bridge share that open NVIDIA's libraries at run time.
#pragma once

#include <c10/core/Stream.h>

#include <stdexcept>
#include <string>
#include <vector>

#ifdef __linux__
#include <dlfcn.h>
#endif

namespace bridge {

#ifdef __linux__
/// Returns the directory of the library that contains a function, with a slash at its end.
inline std::string folderOf(void *function) {
    Dl_info library;
    if (!dladdr(function, &library)) return "";
    std::string path = library.dli_fname;
    return path.substr(0, path.rfind('/') + 1);
}

/// Returns the first of these libraries that opens.
inline void *openFirst(const std::vector<std::string> &paths, std::string &problem) {
    for (auto &path : paths) {
        if (auto *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
        // The first error message is the most helpful.
        if (problem.empty()) problem = dlerror();
    }
    return nullptr;
}

inline void *symbol(void *library, const char *name) { return dlsym(library, name); }
#else
inline std::string folderOf(void *) { return ""; }

inline void *openFirst(const std::vector<std::string> &, std::string &problem) {
    problem = "NVIDIA's libraries are for Linux";
    return nullptr;
}

inline void *symbol(void *, const char *) { return nullptr; }
#endif

template <typename Function>
void find(void *library, const char *name, Function &function, std::string &problem) {
    function = reinterpret_cast<Function>(symbol(library, name));
    if (!function && problem.empty()) problem = std::string("there is no ") + name;
}

/// Returns LibTorch's current stream as a handle of the driver.
template <typename Stream>
void *nativeHandle(const Stream &stream) {
    // Stream 0 is CUDA's default stream.
    if (stream.id() == 0) return nullptr;
    if constexpr (requires { stream.native_handle(); }) {
        return stream.native_handle();
    } else {
        throw std::runtime_error("this LibTorch does not give its streams; use the default one");
    }
}

}  // namespace bridge
