// Depthwise and separable plans on one thread, in processor time: what one run takes, the bytes of input and
// output that it moves as a share of what a plain stream over as many bytes reaches, and operations per
// second.
//
//   depthwise_bench [part of a name]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "densecrf/conv.h"
#include "densecrf/threads.h"
#include "peaks.h"

namespace densecrf::bench {
namespace {

struct Named {
  const char* name;
  std::size_t channels, size, dilation, stride, kernel, multiplier;
  std::size_t out_channels;  ///< of a separable convolution; 0: depthwise alone
};

const Named kShapes[] = {
    {"depthwise 2048 r12 @33", 2048, 33, 12, 1, 3, 1, 0},
    {"depthwise 2048 r12 @65", 2048, 65, 12, 1, 3, 1, 0},
    {"depthwise 728 r1 @33", 728, 33, 1, 1, 3, 1, 0},
    {"depthwise 960 r6 @33", 960, 33, 6, 1, 3, 1, 0},
    {"depthwise 728 r2 @65", 728, 65, 2, 1, 3, 1, 0},
    {"depthwise 256 r1 @129", 256, 129, 1, 1, 3, 1, 0},
    {"depthwise 512 r1 @14", 512, 14, 1, 1, 3, 1, 0},
    {"depthwise 96 stride 2 @112", 96, 112, 1, 2, 3, 1, 0},
    {"depthwise 144 stride 2 @57", 144, 57, 1, 2, 3, 1, 0},
    {"depthwise 5x5 672 @14", 672, 14, 1, 1, 5, 1, 0},
    {"depthwise 64 times 2 @112", 64, 112, 1, 1, 3, 2, 0},
    {"depthwise 64 times 4 @112", 64, 112, 1, 1, 3, 4, 0},
    {"depthwise 7x7 64 @112", 64, 112, 1, 1, 7, 1, 0},
    {"separable 2048->256 r12 @33", 2048, 33, 12, 1, 3, 1, 256},
    {"separable 728->728 r1 @33", 728, 33, 1, 1, 3, 1, 728},
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Run>
double least_seconds(Run run) {
  double least = 1e9, spent = 0;
  for (int i = 0; i < 4 || (i < 100 && spent < 0.2); ++i) {
    const double start = processor_seconds();
    run();
    const double took = processor_seconds() - start;
    least = std::min(least, took), spent += took;
  }
  return least;
}

Buffer<float> filled(std::size_t count, float value) {
  Buffer<float> out(count);
  std::fill(out.begin(), out.end(), value);
  return out;
}

void report(const char* name, const char* what, double seconds, double bytes, double stream,
            double operations) {
  std::printf("  %-28s %-8s %8.3f ms %6.1f GB/s %4.0f %% of a stream %7.1f GFLOP/s\n", name, what,
              1e3 * seconds, bytes / seconds / 1e9, 100 * stream / seconds, operations / seconds / 1e9);
}

ConvShape same(const Named& of) {
  const std::size_t out = (of.size + of.stride - 1) / of.stride;
  const std::size_t covered = (out - 1) * of.stride + (of.kernel - 1) * of.dilation + 1;
  const std::size_t pad = covered > of.size ? (covered - of.size) / 2 : 0;
  ConvShape shape{};
  shape.input = {1, of.size, of.size, of.channels};
  shape.out_height = shape.out_width = out;
  shape.out_channels = of.channels * of.multiplier;
  shape.kernel_height = shape.kernel_width = of.kernel;
  shape.stride_y = shape.stride_x = of.stride;
  shape.dilation_y = shape.dilation_x = of.dilation;
  shape.pad_top = shape.pad_left = pad;
  return shape;
}

void measure(const Named& of) {
  const ConvShape shape = same(of);
  const std::size_t taps = of.kernel * of.kernel, middle = shape.out_channels;
  const std::size_t channels = of.out_channels == 0 ? middle : of.out_channels;
  const std::size_t pixels = shape.out_height * shape.out_width;
  const auto input = filled(of.size * of.size * of.channels, 1);
  auto output = filled(pixels * channels, 0);
  const std::vector<float> filter(taps * middle, 0.1F), bias(std::max(channels, middle), 0.1F);
  const std::vector<float> pointwise(middle * of.out_channels, 0.01F);
  const Epilogue relu{std::span(bias).first(middle), Activation::kRelu, 0, {}};
  const Epilogue last{std::span(bias).first(channels), Activation::kRelu, 0, {}};
  const auto plan = of.out_channels == 0
                        ? plan_depthwise(shape, filter, relu, {}).plan
                        : plan_separable(shape, filter, relu, channels, pointwise, last, {}).plan;
  const double bytes = 4 * static_cast<double>(input.size() + output.size());
  const double operations = 2 * static_cast<double>(pixels * middle * (taps + of.out_channels));
  const double stream = bytes / copy_bandwidth(bytes);
  const double forward = least_seconds([&] { (void)plan->run(input.data(), output.data(), channels, {}); });
  report(of.name, "forward", forward, bytes, stream, operations);
  if (of.out_channels != 0) return;

  auto input_gradient = filled(input.size(), 0);
  std::vector<float> gradient(filter.size());
  const auto back = plan_depthwise_input_gradient(shape, filter, {}).plan;
  const double by_input =
      least_seconds([&] { (void)back->run(output.data(), input_gradient.data(), of.channels, {}); });
  report("", "by input", by_input, bytes, stream, operations);
  const double by_filter = least_seconds([&] {
    (void)depthwise_filter_gradient(shape, {input.data(), input.size()}, {output.data(), output.size()},
                                    gradient, {});
  });
  report("", "by filter", by_filter, bytes, stream, operations);
}

}  // namespace
}  // namespace densecrf::bench

int main(int count, char** arguments) {
  using namespace densecrf;
  const std::string_view part = count > 1 ? arguments[1] : "";
  set_concurrency(1);
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    std::printf("%s\n", isa_name(isa));
    for (const auto& shape : bench::kShapes) {
      if (std::string_view(shape.name).find(part) != std::string_view::npos) bench::measure(shape);
    }
  }
}
