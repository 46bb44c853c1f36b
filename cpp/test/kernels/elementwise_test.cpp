#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "kernels/kernel_case.h"

using namespace densecrf;
using oracle::on_every_isa;
using oracle::Random;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::initializer_list<std::size_t> kLengths{1, 2, 7, 8, 9, 15, 16, 17, 33, 100};

struct Binary {
  BinaryOp op;
  std::function<double(double, double)> expected;
};

double smaller(double a, double b) { return std::isnan(a) || std::isnan(b) ? kNan : std::min(a, b); }
double larger(double a, double b) { return std::isnan(a) || std::isnan(b) ? kNan : std::max(a, b); }

const std::vector<Binary> kBinary{
    {BinaryOp::kAdd, [](double a, double b) { return a + b; }},
    {BinaryOp::kSubtract, [](double a, double b) { return a - b; }},
    {BinaryOp::kMultiply, [](double a, double b) { return a * b; }},
    {BinaryOp::kDivide, [](double a, double b) { return a / b; }},
    {BinaryOp::kMaximum, larger},
    {BinaryOp::kMinimum, smaller},
    {BinaryOp::kSquaredDifference, [](double a, double b) { return (a - b) * (a - b); }},
    {BinaryOp::kPrelu, [](double a, double b) { return a < 0 ? a * b : a; }},
};

struct Unary {
  UnaryOp op;
  std::function<double(double)> expected;
};

constexpr float kParameter = 0.3F;

const std::vector<Unary> kUnary{
    {UnaryOp::kRelu, [](double x) { return x < 0 ? 0 : x; }},
    {UnaryOp::kRelu6, [](double x) { return x < 0 ? 0 : (x > 6 ? 6 : x); }},
    {UnaryOp::kElu, [](double x) { return x < 0 ? std::expm1(x) : x; }},
    {UnaryOp::kSigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
    {UnaryOp::kLeakyRelu, [](double x) { return x < 0 ? x * static_cast<double>(kParameter) : x; }},
    {UnaryOp::kStep,
     [](double x) { return std::isnan(x) ? x : (x > 0 ? 1 : static_cast<double>(kParameter)); }},
    {UnaryOp::kSquare, [](double x) { return x * x; }},
    {UnaryOp::kSqrt, [](double x) { return std::sqrt(x); }},
    {UnaryOp::kRsqrt, [](double x) { return 1 / std::sqrt(x); }},
    {UnaryOp::kNegate, [](double x) { return -x; }},
    {UnaryOp::kAbsolute, [](double x) { return std::abs(x); }},
};

/// Numbers of either sign, with what breaks comparisons among them.
std::vector<float> awkward(Random& random, std::size_t count) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> out = random.reals(count, -9, 9);
  if (count > 6) {
    out[1] = std::numeric_limits<float>::quiet_NaN();
    out[2] = kInfinity;
    out[3] = -kInfinity;
    out[4] = 0;
    out[5] = -0.0F;
  }
  return out;
}

void check_same(const std::string& name, float got, double expected) {
  const auto value = static_cast<double>(got);
  const bool same = std::isnan(expected) ? std::isnan(value)
                                         : value == expected || std::abs(value - expected) <=
                                                                    1e-6 * std::max(1.0, std::abs(expected));
  if (!same) {
    check::fail(__FILE__, __LINE__,
                name + " is " + std::to_string(value) + ", not " + std::to_string(expected));
  }
}

}  // namespace

TEST("binary_row agrees with double precision, NaN and infinities too, for rows and for one number") {
  Random random(1);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    for (const std::size_t count : kLengths) {
      const std::vector<float> a = awkward(random, count), b = random.reals(count, -3, 3);
      for (const Binary& each : kBinary) {
        for (const std::size_t steps : {0, 1, 2, 3}) {
          const std::size_t a_step = steps & 1, b_step = steps >> 1;
          std::vector<float> out(count + 1, 7);
          use.binary_row(each.op, a.data(), a_step, b.data(), b_step, count, out.data());
          for (std::size_t i = 0; i < count; ++i) {
            const double expected =
                each.expected(static_cast<double>(a[i * a_step]), static_cast<double>(b[i * b_step]));
            check_same(isa + " binary " + std::to_string(static_cast<int>(each.op)), out[i], expected);
          }
          CHECK_EQ(out[count], 7.0F);
        }
      }
    }
  });
}

TEST("unary_row agrees with double precision, NaN and infinities too") {
  Random random(2);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    for (const std::size_t count : kLengths) {
      const std::vector<float> x = awkward(random, count);
      for (const Unary& each : kUnary) {
        std::vector<float> out(count + 1, 7);
        use.unary_row(each.op, kParameter, x.data(), count, out.data());
        for (std::size_t i = 0; i < count; ++i) {
          check_same(isa + " unary " + std::to_string(static_cast<int>(each.op)), out[i],
                     each.expected(static_cast<double>(x[i])));
        }
        CHECK_EQ(out[count], 7.0F);
      }
    }
  });
}

TEST("scale_row agrees with double precision") {
  Random random(3);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    for (const std::size_t count : kLengths) {
      const auto x = random.reals(count, -9, 9), scale = random.reals(count, -2, 2),
                 offset = random.reals(count, -1, 1);
      std::vector<float> out(count);
      use.scale_row(x.data(), scale.data(), offset.data(), count, out.data());
      for (std::size_t i = 0; i < count; ++i) {
        check_same(
            isa, out[i],
            static_cast<double>(x[i]) * static_cast<double>(scale[i]) + static_cast<double>(offset[i]));
      }
    }
  });
}
