#include "densecrf/resize.h"

#include "arguments.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

struct Resize {
  ImageShape shape;
  std::size_t out_height, out_width;
  ResizeGrid grid;

  [[nodiscard]] std::size_t in_length() const noexcept {
    return shape.batch * shape.height * shape.width * shape.channels;
  }
  [[nodiscard]] std::size_t out_length() const noexcept {
    return shape.batch * out_height * out_width * shape.channels;
  }
};

Resize to_resize(const Napi::Value& value) {
  const Napi::Object options = to_object(value);
  const auto size = [&](const char* name) { return to_size(options.Get(name)); };
  return {
      .shape = {size("batch"), size("height"), size("width"), size("channels")},
      .out_height = size("outHeight"),
      .out_width = size("outWidth"),
      .grid = choose<ResizeGrid>(options.Get("grid"), {{"legacy", ResizeGrid::kLegacy},
                                                       {"alignCorners", ResizeGrid::kAlignCorners},
                                                       {"halfPixelCenters", ResizeGrid::kHalfPixelCenters}})};
}

// (input, options, output)
void ResizeBilinear(const Napi::CallbackInfo& info) {
  const Resize to = to_resize(info[1]);
  const std::span<const float> input = borrow<float>(info[0], to.in_length());
  throw_unless_ok(info.Env(), resize_bilinear(input, to.shape, to.out_height, to.out_width, to.grid,
                                              borrow<float>(info[2], to.out_length())));
}

// (outGradient, options, gradient)
void ResizeBilinearGradient(const Napi::CallbackInfo& info) {
  const Resize to = to_resize(info[1]);
  const std::span<const float> out_gradient = borrow<float>(info[0], to.out_length());
  throw_unless_ok(info.Env(), resize_bilinear_gradient(out_gradient, to.shape, to.out_height, to.out_width,
                                                       to.grid, borrow<float>(info[2], to.in_length())));
}

}  // namespace

void export_resize(Napi::Object exports) {
  const Napi::Env env = exports.Env();
  exports["resizeBilinear"] = Napi::Function::New<ResizeBilinear>(env, "resizeBilinear");
  exports["resizeBilinearGradient"] =
      Napi::Function::New<ResizeBilinearGradient>(env, "resizeBilinearGradient");
}

}  // namespace densecrf::binding
