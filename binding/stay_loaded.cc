// Node unloads an addon when the last environment that loaded it ends, so with a worker that was the only one
// to load it. The core's threads, which serve the whole process, would then run code that is gone.
#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "exports.h"

namespace densecrf::binding {
namespace {
const char anchor = 0;  // an address inside this library
}

void stay_loaded() noexcept {
#ifdef _WIN32
  HMODULE self = nullptr;
  GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, &anchor, &self);
#else
  Dl_info self;
  if (dladdr(&anchor, &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
#endif
}

}  // namespace densecrf::binding
