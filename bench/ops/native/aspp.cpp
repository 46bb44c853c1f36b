// The head of DeepLab v3: a 1x1 branch, three atrous ones, the picture's mean, all concatenated and
// projected.
#include <algorithm>
#include <utility>

#include "problem.h"

namespace densecrf::bench {
namespace {

constexpr std::size_t kWide = kAsppBranches * kAsppChannels;

/// Steps that write into the concat buffer themselves where a library can, and copies where it cannot.
class Aspp final : public Step {
 public:
  Aspp(const Problem& problem, const float* input, std::vector<Floats>& middle)
      : pixels_(problem.height * problem.height),
        channels_(problem.channels),
        input_(input),
        middle_(middle) {}

  std::vector<StepPtr> branches;
  std::vector<const float*>
      copied;  ///< for each branch: what is copied into the concat buffer; null: nothing
  StepPtr pooled, projection;

  void run() override {
    float* concat = middle_[0].data();
    for (std::size_t i = 0; i < branches.size(); ++i) {
      branches[i]->run();
      if (copied[i] == nullptr) continue;
      for (std::size_t pixel = 0; pixel < pixels_; ++pixel) {
        std::copy_n(copied[i] + pixel * kAsppChannels, kAsppChannels,
                    concat + pixel * kWide + i * kAsppChannels);
      }
    }
    mean();
    pooled->run();
    for (std::size_t pixel = 0; pixel < pixels_; ++pixel) {
      std::copy_n(middle_[2].data(), kAsppChannels, concat + pixel * kWide + branches.size() * kAsppChannels);
    }
    projection->run();
  }
  [[nodiscard]] std::string note() const override {
    std::string notes;
    for (const StepPtr& branch : branches) notes += (notes.empty() ? "" : "; ") + branch->note();
    return notes;
  }

 private:
  /// The same for every contender: 1 % of the whole.
  void mean() {
    Floats& sums = middle_[1];
    std::fill(sums.begin(), sums.end(), 0.0F);
    for (std::size_t pixel = 0; pixel < pixels_; ++pixel) {
      const float* row = input_ + pixel * channels_;
      for (std::size_t c = 0; c < channels_; ++c) sums[c] += row[c];
    }
    for (float& sum : sums) sum /= static_cast<float>(pixels_);
  }

  std::size_t pixels_, channels_;
  const float* input_;
  std::vector<Floats>& middle_;
};

Layer relu_layer(const ConvShape& shape, const float* input, const Floats& filter, const Floats& bias,
                 float* output, std::size_t pixel_stride) {
  Layer layer;
  layer.shape = shape;
  layer.relu = true;
  layer.input = input;
  layer.filter = filter.data();
  layer.bias = bias.data();
  layer.output = output;
  layer.pixel_stride = pixel_stride;
  return layer;
}

}  // namespace

StepPtr prepare_aspp(Peer& peer, const Problem& p, const Arrays& arrays, Entry& entry) {
  const std::size_t pixels = p.height * p.height;
  // The concat buffer, the mean, the pooled branch, and a buffer for each branch that cannot write into the
  // first.
  for (const std::size_t size : {pixels * kWide, p.channels, kAsppChannels}) entry.middle.emplace_back(size);
  for (std::size_t i = 1; i < kAsppBranches; ++i) entry.middle.emplace_back(pixels * kAsppChannels);
  auto head = std::make_unique<Aspp>(p, arrays.input.data(), entry.middle);
  for (std::size_t i = 0; i + 1 < kAsppBranches; ++i) {
    const ConvShape shape =
        p.conv(p.channels, kAsppChannels, i == 0 ? 1 : p.kernel, std::max<std::size_t>(1, i * p.rate));
    Layer layer = relu_layer(shape, arrays.input.data(), arrays.filters[i], arrays.bias,
                             entry.middle[0].data() + i * kAsppChannels, kWide);
    StepPtr step = peer.layer(layer);
    head->copied.push_back(step ? nullptr : entry.middle[3 + i].data());
    if (!step) {
      layer.output = entry.middle[3 + i].data();
      layer.pixel_stride = kAsppChannels;
      step = peer.layer(layer);
    }
    if (!step) return nullptr;
    head->branches.push_back(std::move(step));
  }
  head->pooled =
      peer.layer(relu_layer({{1, 1, 1, p.channels}, 1, 1, kAsppChannels, 1, 1}, entry.middle[1].data(),
                            arrays.filters[4], arrays.bias, entry.middle[2].data(), kAsppChannels));
  head->projection =
      peer.layer(relu_layer(p.conv(kWide, kAsppChannels, 1, 1), entry.middle[0].data(), arrays.filters[5],
                            arrays.bias, entry.output.data(), kAsppChannels));
  if (!head->pooled || !head->projection) return nullptr;
  return head;
}

}  // namespace densecrf::bench
