#include "kernels/kernels.h"
#include "simd/exp.h"

namespace densecrf::DENSECRF_ISA {
namespace {

// Rows of at least as many floats as V has lanes. The last register overlaps the one before; what both hold
// counts once.
template <class V>
class Softmax {
  static constexpr std::size_t kWidth = sizeof(V) / sizeof(float);
  using I = IntVec<kWidth>;

 public:
  explicit Softmax(std::size_t length) noexcept : length_(length), tail_(length - kWidth) {
    const std::size_t counted = (kWidth - length % kWidth) % kWidth;
    std::int32_t lanes[kWidth];
    for (std::size_t i = 0; i < kWidth; ++i) lanes[i] = i < counted ? 0 : -1;
    fresh_ = load<I>(lanes);
  }

  /// The greatest of a row; NaN where the row holds one, or an infinite greatest.
  float shift(const float* row) const noexcept {
    V top = load<V>(row + tail_);
    I numbers = top == top;
    for (std::size_t i = 0; i < tail_; i += kWidth) {
      const V x = load<V>(row + i);
      numbers &= x == x;
      top = x > top ? x : top;
    }
    float greatest = top[0];
    std::int32_t all = numbers[0];
    for (std::size_t i = 1; i < kWidth; ++i) {
      greatest = top[i] > greatest ? top[i] : greatest;
      all &= numbers[i];
    }
    constexpr float kInfinity = __builtin_inff();
    return all != 0 && greatest > -kInfinity && greatest < kInfinity ? greatest : __builtin_nanf("");
  }
  /// out = exp(row - shift); returns their sum.
  float exponentiate(const float* row, float shift, float* out) const noexcept {
    constexpr std::size_t kRun = 32 * kWidth;  // sums of sums: long rows round less
    V sum{};
    for (std::size_t first = 0; first < tail_; first += kRun) {
      V part{};
      for (std::size_t i = first; i < first + kRun && i < tail_; i += kWidth) {
        const V e = exp(load<V>(row + i) - shift);
        store(out + i, e);
        part += e;
      }
      sum += part;
    }
    const V e = exp(load<V>(row + tail_) - shift);
    store(out + tail_, e);
    sum += bits<V>(bits<I>(e) & fresh_);
    float total = sum[0];
    for (std::size_t i = 1; i < kWidth; ++i) total += sum[i];
    return total;
  }
  void scale(float* out, float factor) const noexcept {
    const V last = load<V>(out + tail_) * factor;
    for (std::size_t i = 0; i < tail_; i += kWidth) store(out + i, load<V>(out + i) * factor);
    store(out + tail_, last);
  }

 private:
  std::size_t length_, tail_;
  I fresh_;
};

// A row's chain of dependent operations is longer than a processor can look ahead, so a block of rows takes
// each step together.
template <class V>
void softmax(const float* rows, std::size_t length, std::size_t count, float* out) noexcept {
  constexpr std::size_t kBlock = 16;
  const Softmax<V> of(length);
  for (std::size_t first = 0; first < count;
       first += kBlock, rows += kBlock * length, out += kBlock * length) {
    const std::size_t block = count - first < kBlock ? count - first : kBlock;
    float shifts[kBlock], sums[kBlock];
    for (std::size_t i = 0; i < block; ++i) shifts[i] = of.shift(rows + i * length);
    for (std::size_t i = 0; i < block; ++i) {
      sums[i] = of.exponentiate(rows + i * length, shifts[i], out + i * length);
    }
    for (std::size_t i = 0; i < block; ++i) {
      // exp knows no NaN: what it made of one is thrown away here.
      of.scale(out + i * length, shifts[i] == shifts[i] ? 1 / sums[i] : shifts[i]);
    }
  }
}

}  // namespace

// out = softmax of each row. A row that holds NaN or whose greatest is infinite becomes NaN.
void softmax_rows(const float* rows, std::size_t length, std::size_t count, float* out) noexcept {
  if (length >= kLanes) return softmax<Vec>(rows, length, count, out);
  if constexpr (kLanes == 16) {
    if (length >= 8) return softmax<FloatVec<8>>(rows, length, count, out);
  }
  if (length >= 4) return softmax<FloatVec<4>>(rows, length, count, out);
  softmax<FloatVec<1>>(rows, length, count, out);
}

}  // namespace densecrf::DENSECRF_ISA
