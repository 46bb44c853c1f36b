#include "problem.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace densecrf::bench {
namespace {

[[noreturn]] void refuse(const std::string& text) {
  std::fprintf(stderr, "no such problem: %s\n", text.c_str());
  std::exit(1);
}

Kind kind_of(const std::string& text) {
  if (text == "conv") return Kind::kConv;
  if (text == "depthwise") return Kind::kDepthwise;
  if (text == "separable") return Kind::kSeparable;
  if (text == "resize") return Kind::kResize;
  if (text == "aspp") return Kind::kAspp;
  refuse(text);
}

Pass pass_of(const std::string& text) {
  if (text == "forward") return Pass::kForward;
  if (text == "inputGradient") return Pass::kInputGradient;
  if (text == "filterGradient") return Pass::kFilterGradient;
  refuse(text);
}

/// Nearly normal: four 16-bit parts of one hash (splitmix64) added up.
Floats random_floats(std::size_t count, std::uint64_t seed, float scale, bool relu = false) {
  Floats values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t x = (seed << 40) + (i + 1) * 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    x ^= x >> 31;
    const auto sum = static_cast<float>((x & 0xFFFF) + (x >> 16 & 0xFFFF) + (x >> 32 & 0xFFFF) + (x >> 48));
    const float normal = (sum - 131070.0F) * (1.732F / 65536);
    values[i] = relu && normal < 0 ? 0 : normal * scale;
  }
  return values;
}

float fan(std::size_t inputs) { return 1 / std::sqrt(static_cast<float>(inputs)); }

class Separable final : public Step {
 public:
  Separable(StepPtr first, StepPtr second) : first_(std::move(first)), second_(std::move(second)) {}
  void run() override {
    first_->run();
    second_->run();
  }
  [[nodiscard]] std::string note() const override { return first_->note() + " + " + second_->note(); }

 private:
  StepPtr first_, second_;
};

}  // namespace

Problem::Problem(const Request& request)
    : kind(kind_of(request.text("kind"))),
      pass(pass_of(request.text("pass"))),
      height(request.number("height")),
      channels(request.number("channels")),
      out_channels(request.number("outChannels")),
      kernel(request.number("kernel")),
      stride(request.number("stride")),
      rate(request.number("rate")) {}

std::size_t Problem::out_height() const {
  if (kind == Kind::kResize) return (height - 1) * stride + 1;
  return (height + stride - 1) / stride;
}

ConvShape Problem::conv(std::size_t in, std::size_t out, std::size_t size, std::size_t dilation) const {
  const std::size_t above = out_height(), reach = (above - 1) * stride + (size - 1) * dilation + 1;
  const std::size_t before = reach > height ? (reach - height) / 2 : 0;
  return {{1, height, height, in},
          above,
          above,
          out,
          size,
          size,
          stride,
          stride,
          dilation,
          dilation,
          before,
          before};
}

Arrays::Arrays(const Problem& p) {
  const std::size_t in = p.height * p.height * p.channels;
  const std::size_t out = p.out_height() * p.out_height() * p.out_channels;
  const std::size_t taps = p.kernel * p.kernel, size = taps * p.channels;
  bias = random_floats(std::max(p.out_channels, p.channels), 1, 0.1F);
  input = random_floats(p.pass == Pass::kInputGradient ? out : in, 2, 1, p.pass != Pass::kInputGradient);
  const auto filter = [this](std::size_t count, std::size_t fan_in) {
    filters.push_back(random_floats(count, 3 + filters.size(), fan(fan_in)));
  };
  if (p.pass == Pass::kFilterGradient) {
    filter(out, 1);
    return;
  }
  if (p.kind == Kind::kDepthwise || p.kind == Kind::kSeparable) filter(size, taps);
  if (p.kind == Kind::kSeparable) filter(p.channels * p.out_channels, p.channels);
  if (p.kind == Kind::kConv) filter(size * p.out_channels, size);
  if (p.kind == Kind::kAspp) {
    filter(p.channels * kAsppChannels, p.channels);
    for (int i = 0; i < 3; ++i) filter(size * kAsppChannels, size);
    filter(p.channels * kAsppChannels, p.channels);
    filter(kAsppBranches * kAsppChannels * kAsppChannels, kAsppBranches * kAsppChannels);
  }
}

namespace {

Layer layer_of(const Problem& p, const Arrays& arrays, Entry& entry) {
  Layer layer;
  layer.depthwise = p.kind != Kind::kConv;
  layer.relu = true;
  layer.pass = p.pass;
  layer.shape = p.conv(p.channels, layer.depthwise ? p.channels : p.out_channels, p.kernel, p.rate);
  layer.input = arrays.input.data();
  layer.filter = arrays.filters[0].data();
  layer.bias = arrays.bias.data();
  layer.output = entry.output.data();
  layer.pixel_stride = layer.shape.out_channels;
  return layer;
}

std::size_t output_size(const Problem& p) {
  if (p.pass == Pass::kInputGradient) return p.height * p.height * p.channels;
  if (p.pass == Pass::kFilterGradient) {
    return p.kernel * p.kernel * p.channels * (p.kind == Kind::kDepthwise ? 1 : p.out_channels);
  }
  return p.out_height() * p.out_height() * p.out_channels;
}

StepPtr separable(Peer& peer, const Problem& p, const Arrays& arrays, Entry& entry) {
  Layer first = layer_of(p, arrays, entry), second = first;
  const std::size_t pixels = p.out_height() * p.out_height();
  second.depthwise = false;
  second.shape = {
      {1, p.out_height(), p.out_height(), p.channels}, p.out_height(), p.out_height(), p.out_channels, 1, 1};
  second.filter = arrays.filters[1].data();
  second.pixel_stride = p.out_channels;
  if (StepPtr fused = peer.separable(first, second)) return fused;
  entry.middle.emplace_back(pixels * p.channels);
  second.input = first.output = entry.middle[0].data();
  StepPtr a = peer.layer(first), b = peer.layer(second);
  return a && b ? std::make_unique<Separable>(std::move(a), std::move(b)) : nullptr;
}

}  // namespace

EntryPtr prepare(Peer& peer, const Problem& p, const Arrays& arrays) {
  auto made = std::make_unique<Entry>(Entry{peer.name(), Floats(output_size(p)), {}, nullptr});
  Entry& entry = *made;
  switch (p.kind) {
    case Kind::kConv:
    case Kind::kDepthwise:
      entry.step = peer.layer(layer_of(p, arrays, entry));
      break;
    case Kind::kSeparable:
      entry.step = separable(peer, p, arrays, entry);
      break;
    case Kind::kResize:
      entry.step = peer.resize({{1, p.height, p.height, p.channels},
                                p.out_height(),
                                p.out_height(),
                                arrays.input.data(),
                                entry.output.data()});
      break;
    case Kind::kAspp:
      entry.step = prepare_aspp(peer, p, arrays, entry);
      break;
  }
  return made;
}

}  // namespace densecrf::bench
