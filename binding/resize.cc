#include "densecrf/resize.h"

#include "arguments.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

Napi::Value ResizeBilinear(const Napi::CallbackInfo& info) {
  const Napi::Object options = to_object(info[1]);
  const auto size = [&](const char* name) { return to_size(options.Get(name)); };
  const ImageShape shape{size("batch"), size("height"), size("width"), size("channels")};
  const std::size_t out_height = size("outHeight"), out_width = size("outWidth");
  const auto grid =
      choose<ResizeGrid>(options.Get("grid"), {{"legacy", ResizeGrid::kLegacy},
                                               {"alignCorners", ResizeGrid::kAlignCorners},
                                               {"halfPixelCenters", ResizeGrid::kHalfPixelCenters}});
  const Napi::Value output = new_floats(info.Env(), shape.batch * out_height * out_width * shape.channels);
  const std::span<const float> input =
      borrow<float>(info[0], shape.batch * shape.height * shape.width * shape.channels);
  throw_unless_ok(info.Env(),
                  resize_bilinear(input, shape, out_height, out_width, grid, borrow<float>(output)));
  return output;
}

}  // namespace

void export_resize(Napi::Object exports) {
  exports["resizeBilinear"] = Napi::Function::New<ResizeBilinear>(exports.Env(), "resizeBilinear");
}

}  // namespace densecrf::binding
