// Gradients of convolutions as shares of the multiply-adds that the machine could do (only those that fall
// into the picture count), pools, reductions and resizing as shares of the bandwidth of copying. One thread,
// processor time, fastest of several runs.
//
//   gradient_bench [part of a name]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "densecrf/conv.h"
#include "densecrf/matmul.h"
#include "densecrf/pool.h"
#include "densecrf/reduce.h"
#include "densecrf/resize.h"
#include "densecrf/threads.h"
#include "peaks.h"
#include "same.h"

namespace densecrf::bench {
namespace {

constexpr double kBudget = 0.3;  // seconds per number

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double fastest_run(const std::function<void()>& run) {
  run();
  double best = 1e9, spent = 0;
  for (int i = 0; i < 3 || spent < kBudget; ++i) {
    const double start = processor_seconds();
    run();
    const double took = processor_seconds() - start;
    best = std::min(best, took);
    spent += took;
  }
  return best;
}

/// Multiplications and additions that fall into the picture; shapes are square.
double operations(const ConvShape& s) {
  double inside = 0;
  for (std::size_t o = 0; o < s.out_height; ++o) {
    for (std::size_t k = 0; k < s.kernel_height; ++k) {
      const std::size_t at = o * s.stride_y + k * s.dilation_y;
      if (at >= s.pad_top && at - s.pad_top < s.input.height) ++inside;
    }
  }
  return 2 * inside * inside * static_cast<double>(s.input.channels) * static_cast<double>(s.out_channels);
}

class Report {
 public:
  explicit Report(std::string_view filter) : filter_(filter) {}

  void computes(const std::string& name, double operations, const std::function<void()>& run) const {
    if (name.find(filter_) == std::string::npos) return;
    const double seconds = fastest_run(run);
    std::printf("%-52s %9.3f ms %7.1f GFLOP/s %4.0f %% of peak\n", name.c_str(), 1e3 * seconds,
                1e-9 * operations / seconds, 100 * operations / seconds / peak_);
  }
  void moves(const std::string& name, std::size_t floats, const std::function<void()>& run) const {
    if (name.find(filter_) == std::string::npos) return;
    const double seconds = fastest_run(run), bytes = 4 * static_cast<double>(floats);
    std::printf("%-52s %9.3f ms %7.1f GB/s    %4.0f %% of copying\n", name.c_str(), 1e3 * seconds,
                1e-9 * bytes / seconds, 100 * bytes / seconds / copy_bandwidth(bytes));
  }

 private:
  std::string_view filter_;
  double peak_ = multiply_add_peak(active_isa());
};

std::vector<float> numbers(std::size_t count) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(i * 2654435761U >> 20 & 255) / 256;
  return out;
}

void bench_gradients(const Report& report, const char* name, const ConvShape& s) {
  const auto input = numbers(s.input.batch * s.input.height * s.input.width * s.input.channels);
  const auto out_gradient = numbers(s.input.batch * s.out_height * s.out_width * s.out_channels);
  const auto filter = numbers(s.kernel_height * s.kernel_width * s.input.channels * s.out_channels);
  std::vector<float> by_input(input.size()), by_filter(filter.size());
  report.computes(std::string("filter gradient ") + name, operations(s),
                  [&] { (void)conv2d_filter_gradient(s, input, out_gradient, by_filter, {}); });
  for (const bool exact : {false, true}) {
    const PlanResult made = plan_conv2d_input_gradient(s, filter, {.exact = exact});
    if (made.plan == nullptr) continue;
    report.computes(std::string("input gradient ") + name + (exact ? " exact" : ""), operations(s), [&] {
      (void)made.plan->run(out_gradient.data(), by_input.data(), s.input.channels, {});
    });
  }
}

void bench_pools(const Report& report, const char* name, const ConvShape& s) {
  const auto input = numbers(s.input.batch * s.input.height * s.input.width * s.input.channels);
  const auto out_gradient = numbers(s.input.batch * s.out_height * s.out_width * s.input.channels);
  std::vector<float> out(out_gradient.size()), gradient(input.size());
  const std::size_t moved = input.size() + out.size();
  const std::string at(name);
  report.moves("max pool " + at, moved, [&] { (void)max_pool(s, input, out); });
  report.moves("average pool " + at, moved, [&] { (void)average_pool(s, input, out); });
  report.moves("max pool gradient " + at, moved + input.size() + 2 * out.size(),
               [&] { (void)max_pool_gradient(s, input, out_gradient, gradient); });
  report.moves("average pool gradient " + at, moved,
               [&] { (void)average_pool_gradient(s, out_gradient, gradient); });
}

void bench_rows(const Report& report) {
  constexpr std::size_t kSmall = 33, kLarge = 513, kLabels = 21;
  const ImageShape small{1, kSmall, kSmall, kLabels};
  const auto logits = numbers(kSmall * kSmall * kLabels), wide = numbers(kLarge * kLarge * kLabels);
  std::vector<float> out(wide.size()), gradient(logits.size());
  std::vector<std::int32_t> labels(kLarge * kLarge);
  constexpr auto kGrid = ResizeGrid::kAlignCorners;
  report.moves("bilinear 33->513, 21 channels", out.size() + logits.size(),
               [&] { (void)resize_bilinear(logits, small, kLarge, kLarge, kGrid, out); });
  report.moves("bilinear gradient 513->33, 21 channels", wide.size() + gradient.size(),
               [&] { (void)resize_bilinear_gradient(wide, small, kLarge, kLarge, kGrid, gradient); });
  report.moves("softmax 513x513x21", 2 * out.size(), [&] { softmax(wide, kLabels, out); });
  report.moves("argmax 513x513x21", wide.size() + labels.size(), [&] { argmax(wide, kLabels, labels); });
  const auto features = numbers(kSmall * kSmall * 2048);
  report.moves("global average pool 2048 @33", features.size(), [&] {
    (void)global_average_pool({1, kSmall, kSmall, 2048}, features, std::span(out).first(2048));
  });
}

void bench_matmul(const Report& report, std::size_t rows, std::size_t depth, std::size_t columns) {
  const MatmulShape shape{.rows = rows, .depth = depth, .columns = columns};
  const auto left = numbers(rows * depth), right = numbers(depth * columns);
  std::vector<float> out(rows * columns);
  const double work = 2 * static_cast<double>(rows * depth) * static_cast<double>(columns);
  const std::string name = std::to_string(rows) + "x" + std::to_string(depth) + "x" + std::to_string(columns);
  report.computes("matmul " + name, work, [&] { (void)matmul(shape, left, right, {}, out, {}); });
  const PlanResult made = plan_matmul(shape, right, {}, {});
  report.computes("matmul planned " + name, work,
                  [&] { (void)made.plan->run(left.data(), out.data(), columns, {}); });
}

void run(std::string_view filter) {
  set_concurrency(1);
  const Report report(filter);
  bench_gradients(report, "512->512 r2 @33", same(33, 512, 512, 3, 2));
  bench_gradients(report, "2048->256 r12 @33", same(33, 2048, 256, 3, 12));
  bench_gradients(report, "304->256 @65", same(65, 304, 256, 3));
  bench_gradients(report, "256->256 stride 2 @65", same(65, 256, 256, 3, 1, 2));
  bench_gradients(report, "1x1 2048->256 @33", same(33, 2048, 256, 1));
  bench_gradients(report, "3->64 stride 2 @257", same(257, 3, 64, 3, 1, 2));
  bench_pools(report, "3x3 stride 2, 64 channels @257", same(257, 64, 64, 3, 1, 2));
  bench_pools(report, "3x3 stride 1, 512 channels @41", same(41, 512, 512, 3));
  bench_rows(report);
  bench_matmul(report, 1, 2048, 1000);
  bench_matmul(report, 512, 512, 512);
}

}  // namespace
}  // namespace densecrf::bench

int main(int count, char** arguments) { densecrf::bench::run(count > 1 ? arguments[1] : ""); }
