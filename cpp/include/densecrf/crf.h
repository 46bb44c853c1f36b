#pragma once
// The fully connected CRF of Krähenbühl and Koltun, "Efficient Inference in Fully Connected CRFs
// with Gaussian Edge Potentials", 2011, with mean-field inference on permutohedral lattices (Adams,
// Baek and Davis 2010).
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "densecrf/control.h"
#include "densecrf/status.h"

namespace densecrf {

/// channelsLast: [...shape, channels]. channelsFirst: [channels, ...shape].
enum class Layout : std::uint8_t { kChannelsLast, kChannelsFirst };

/// With s = lattice filter of ones and K the plain filter: symmetric n K(n Q), n = 1/sqrt(s + 1e-20);
/// before K(n Q) and after n K(Q), n = 1/(s + 1e-20); none K(Q).
enum class Normalization : std::uint8_t { kNone, kBefore, kAfter, kSymmetric };

/// Which parameters transform the features before the lattice: none, one factor per dimension, or a
/// matrix [dimensions, dimensions], row-major.
enum class KernelType : std::uint8_t { kConst, kDiag, kFull };

enum class CompatibilityType : std::uint8_t {
  kPotts,     ///< one weight w: logits gain w F(Q)
  kDiagonal,  ///< v[labels]: logits lose v F(Q)
  kMatrix,    ///< m[labels, labels], row-major, used as (m + m^T) / 2: logits lose m F(Q)
};

struct Compatibility {
  CompatibilityType type = CompatibilityType::kPotts;
  std::vector<float> values;
};

/// One Gaussian kernel over features [grid positions / sigma, channels / sigma], in this order. Its
/// kernel is exp(-|f_i - f_j|^2 / 2). Spans are read during the call only.
struct PairwiseTerm {
  std::span<const float> position_sigmas;       ///< empty, or one per grid axis, fastest axis (x) first
  std::span<const std::uint8_t> byte_channels;  ///< channels of every point, or empty
  std::span<const float> float_channels;        ///< the same as floats; at most one of both is given
  std::span<const float> channel_sigmas;        ///< one per channel
  Layout layout = Layout::kChannelsLast;        ///< of the channels
  Normalization normalization = Normalization::kSymmetric;
  KernelType kernel = KernelType::kConst;
  std::span<const float> kernel_parameters;  ///< empty: ones or the identity
  Compatibility compatibility;
};

/// How long the mean field runs. The two options change results, so they are off by default; how much, and
/// what they save, is in docs/benchmarks.md.
struct Schedule {
  Schedule(int how_many) noexcept : iterations(how_many) {}  // NOLINT: a number alone is a schedule

  int iterations;
  /// Stops once an iteration changes no probability by more than this; 0: never.
  float tolerance = 0;
  /// Leaves points alone whose greatest probability is above 1 - freeze, and looks at them again every third
  /// iteration and in the last one; 0: never.
  float freeze = 0;
};

/// The caller has checked every length, that numbers are finite, sigmas positive, labels 1 to 65535
/// and dimensions 1 to 16; the core answers with a status for what it alone can know. One operation
/// at a time on one object. After any status but kOk the object is as it was before the call.
class DenseCrf {
 public:
  /// @param extents grid, slowest axis first: [height, width], [depth, height, width] or [points]
  [[nodiscard]] static Status create(std::span<const std::size_t> extents, std::size_t labels,
                                     std::unique_ptr<DenseCrf>& out) noexcept;
  ~DenseCrf();
  DenseCrf(const DenseCrf&) = delete;
  DenseCrf& operator=(const DenseCrf&) = delete;

  [[nodiscard]] std::size_t points() const noexcept;
  [[nodiscard]] std::size_t labels() const noexcept;

  /// @param energy -log p, [points, labels] in `layout`
  [[nodiscard]] Status set_unary(std::span<const float> energy, Layout layout) noexcept;

  /// energy[i, l] = sum_f weights[l, f] features[i, f]
  /// @param weights [labels, count]
  /// @param features [points, count] in `layout`
  [[nodiscard]] Status set_logistic_unary(std::span<const float> weights, std::span<const float> features,
                                          std::size_t count, Layout layout) noexcept;

  /// Copies what the term's spans hold. The lattice is built by the first operation that needs it.
  /// @return kOutOfRange if |lattice coordinates| would pass 65536
  [[nodiscard]] Status add_pairwise(const PairwiseTerm& term) noexcept;

  [[nodiscard]] std::size_t terms() const noexcept;
  [[nodiscard]] std::size_t dimensions(std::size_t term) const noexcept;
  [[nodiscard]] const Compatibility& compatibility(std::size_t term) const noexcept;
  [[nodiscard]] Status set_compatibility(std::size_t term, Compatibility compatibility) noexcept;
  [[nodiscard]] std::span<const float> kernel_parameters(std::size_t term) const noexcept;
  [[nodiscard]] Status set_kernel_parameters(std::size_t term, std::span<const float> parameters) noexcept;

  /// Builds the lattices that are not built yet.
  [[nodiscard]] Status build(const RunControl& control) noexcept;
  /// Vertices of a term's lattice, 0 before it is built.
  [[nodiscard]] std::size_t vertices(std::size_t term) const noexcept;
  /// Bytes that the object holds now.
  [[nodiscard]] std::size_t bytes() const noexcept;

  /// Mean field from softmax(-unary), in parallel updates; 0 iterations give softmax(-unary).
  /// @param probabilities [points, labels] in `layout`, or empty
  /// @param map [points], the first label of greatest probability, or empty
  [[nodiscard]] Status inference(const Schedule& schedule, std::span<float> probabilities,
                                 std::span<std::int32_t> map, Layout layout,
                                 const RunControl& control) noexcept;

  /// The same by hand: start, step as often as wanted, and read where it stands.
  [[nodiscard]] Status start_inference(const RunControl& control) noexcept;
  [[nodiscard]] Status step_inference(const RunControl& control) noexcept;
  [[nodiscard]] Status current(std::span<float> probabilities, std::span<std::int32_t> map,
                               Layout layout) const noexcept;

  /// sum Q log max(Q, 1e-20) + sum U Q + sum_k sum Q (C_k F_k Q) of the current Q.
  [[nodiscard]] Status kl_divergence(double& out) noexcept;

  /// @param labeling [points]; a label < 0 or >= labels() is void: its energy is 0
  /// @param out [points]
  [[nodiscard]] Status unary_energy(std::span<const std::int32_t> labeling,
                                    std::span<float> out) const noexcept;
  /// -1/2 (C F onehot(labeling)) at each point's label.
  [[nodiscard]] Status pairwise_energy(std::span<const std::int32_t> labeling, std::size_t term,
                                       std::span<float> out) noexcept;

 private:
  struct State;
  explicit DenseCrf(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace densecrf
