// Convolution plans on one thread, in processor time, on every shape that docs/benchmarks.md lists: what one
// run takes, and which share of the multiply-adds that the machine could do it does (only those that fall
// into the picture count).
//
//   conv_bench [part of a name] [exact]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "conv/direct.h"
#include "densecrf/threads.h"
#include "peaks.h"
#include "same.h"

namespace densecrf::bench {
namespace {

constexpr int kRuns = 9;

struct Named {
  const char* name;
  ConvShape shape;
};

const Named kShapes[] = {
    {"v1 fc6 512->1024 r12 @41", same(41, 512, 1024, 3, 12)},
    {"v2 aspp 512->1024 r6 @41", same(41, 512, 1024, 3, 6)},
    {"v2 aspp 512->1024 r18 @41", same(41, 512, 1024, 3, 18)},
    {"v2 aspp 512->1024 r24 @41", same(41, 512, 1024, 3, 24)},
    {"v3 aspp 2048->256 r6 @33", same(33, 2048, 256, 3, 6)},
    {"v3 aspp 2048->256 r12 @33", same(33, 2048, 256, 3, 12)},
    {"v3 aspp 2048->256 r18 @33", same(33, 2048, 256, 3, 18)},
    {"v3 aspp 2048->256 r24 @33", same(33, 2048, 256, 3, 24)},
    {"v3 aspp 2048->256 r36 @33", same(33, 2048, 256, 3, 36)},
    {"v3 aspp 2048->256 r6 @65", same(65, 2048, 256, 3, 6)},
    {"v3 aspp 2048->256 r12 @65", same(65, 2048, 256, 3, 12)},
    {"v3 aspp 2048->256 r18 @65", same(65, 2048, 256, 3, 18)},
    {"v3 aspp 2048->256 r24 @65", same(65, 2048, 256, 3, 24)},
    {"v3 aspp 2048->256 r36 @65", same(65, 2048, 256, 3, 36)},
    {"resnet 512->512 r2 @33", same(33, 512, 512, 3, 2)},
    {"resnet 512->512 r4 @33", same(33, 512, 512, 3, 4)},
    {"resnet 512->512 r2 @65", same(65, 512, 512, 3, 2)},
    {"resnet 512->512 r4 @65", same(65, 512, 512, 3, 4)},
    {"decoder 304->256 @129", same(129, 304, 256, 3)},
    {"1x1 2048->256 @33", same(33, 2048, 256, 1)},
    {"1x1 2048->256 @65", same(65, 2048, 256, 1)},
    {"1x1 728->728 @33", same(33, 728, 728, 1)},
    {"stride 2 256->256 @65", same(65, 256, 256, 3, 1, 2)},
    {"first 3->64 stride 2 @513", same(513, 3, 64, 3, 1, 2)},
    {"logits 256->21 @65", same(65, 256, 21, 1)},
    {"logits 256->21 @129", same(129, 256, 21, 1)},
    {"21->21 r2 @33", same(33, 21, 21, 3, 2)},
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Buffer<float> filled(std::size_t count, float scale) {
  Buffer<float> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(i * 7919 % 251) * scale;
  return out;
}

void measure(const Named& of, double peak, bool exact) {
  const ConvShape& shape = of.shape;
  const std::size_t taps = shape.kernel_height * shape.kernel_width, channels = shape.input.channels;
  const auto input = filled(shape.input.height * shape.input.width * channels, 0.01F);
  const auto filter = filled(taps * channels * shape.out_channels, 0.001F);
  const std::vector<float> bias(shape.out_channels);
  auto output = filled(shape.out_height * shape.out_width * shape.out_channels, 0);
  const auto [status, plan] =
      plan_conv2d(shape, {filter.data(), filter.size()}, {bias, Activation::kRelu, 0, {}}, {exact, 0});
  if (status != Status::kOk) return;
  std::vector<double> times;
  for (int i = 0; i <= kRuns; ++i) {
    const double start = processor_seconds();
    (void)plan->run(input.data(), output.data(), shape.out_channels, {});
    if (i > 0) times.push_back(processor_seconds() - start);
  }
  std::sort(times.begin(), times.end());
  const double operations = 2 * count_products(conv2d_geometry(shape, SIZE_MAX), shape.out_channels);
  std::printf("  %-28s %-9s %8.3f ms, least %8.3f %7.1f GFLOP/s %4.0f %%, least %4.0f %% %7.1f MiB\n",
              of.name, plan->algorithm().data(), 1e3 * times[kRuns / 2], 1e3 * times[0],
              operations / times[0] / 1e9, 100 * operations / times[kRuns / 2] / peak,
              100 * operations / times[0] / peak, static_cast<double>(plan->bytes()) / 1048576);
}

}  // namespace
}  // namespace densecrf::bench

int main(int count, char** arguments) {
  using namespace densecrf;
  const std::string_view part = count > 1 ? arguments[1] : "";
  const bool exact = count > 2;
  set_concurrency(1);
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    const double peak = bench::multiply_add_peak(isa);
    std::printf("%s, multiply-adds %.0f GFLOP/s\n", isa_name(isa), peak / 1e9);
    for (const auto& shape : bench::kShapes) {
      if (std::string_view(shape.name).find(part) != std::string_view::npos)
        bench::measure(shape, peak, exact);
    }
  }
}
