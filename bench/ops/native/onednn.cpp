// oneDNN 2 or 3 as a peer, at its best: weights in the layout that it asks for, and the fastest of its
// algorithms on channels-last activations and on the activations' layout that it asks for, conversions
// counted.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "contender.h"

#if defined(DNNL_CPU_THREADING_RUNTIME) && DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_TBB
#include <oneapi/tbb/global_control.h>
#else
#include <omp.h>
#endif

namespace densecrf::bench {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using Description = memory::desc;
using Tag = memory::format_tag;
using Arguments = std::unordered_map<int, memory>;

/// oneDNN fixes the number of threads when a primitive is described; OpenMP's is asked for again at each run.
class Threads {
 public:
#if defined(DNNL_CPU_THREADING_RUNTIME) && DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_TBB
  void use(unsigned threads) {
    limit_.reset();
    limit_ = std::make_unique<oneapi::tbb::global_control>(
        oneapi::tbb::global_control::max_allowed_parallelism, threads);
  }
  static constexpr const char* kRuntime = "TBB";

 private:
  std::unique_ptr<oneapi::tbb::global_control> limit_;
#else
  static void use(unsigned threads) { omp_set_num_threads(static_cast<int>(threads)); }
  static constexpr const char* kRuntime = "OpenMP";
#endif
};

struct Machine {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};

  template <class Primitive, class... Arguments>
  auto describe(const dnnl::primitive_attr& attributes, Arguments... arguments) {
#if DNNL_VERSION_MAJOR >= 3
    return typename Primitive::primitive_desc(engine, arguments..., attributes);
#else
    return typename Primitive::primitive_desc(typename Primitive::desc(arguments...), attributes, engine);
#endif
  }
  /// A gradient's description takes a forward one as a hint.
  template <class Primitive, class Hint, class... Arguments>
  auto describe_gradient(const Hint& hint, Arguments... arguments) {
#if DNNL_VERSION_MAJOR >= 3
    return typename Primitive::primitive_desc(engine, arguments..., hint);
#else
    return typename Primitive::primitive_desc(typename Primitive::desc(arguments...), engine, hint);
#endif
  }
  [[nodiscard]] memory wrap(const Description& layout, const float* data) const {
    return {layout, engine, const_cast<float*>(data)};
  }
  void run(const dnnl::primitive& primitive, const Arguments& arguments) {
    primitive.execute(stream, arguments);
  }
};

/// Primitives one after the other: reorders before and after a computation.
class Sequence final : public Step {
 public:
  explicit Sequence(Machine& machine) : machine_(machine) {}
  void add(dnnl::primitive primitive, Arguments arguments) {
    steps_.emplace_back(std::move(primitive), std::move(arguments));
  }
  /// `data` in the layout that is `wanted`: itself where it already is.
  memory input(const Description& layout, const float* data, const Description& wanted) {
    const memory given = machine_.wrap(layout, data);
    if (layout == wanted) return given;
    converts_ = true;
    memory turned(wanted, machine_.engine);
    add(dnnl::reorder(given, turned), {{DNNL_ARG_FROM, given}, {DNNL_ARG_TO, turned}});
    return turned;
  }
  /// Weights are packed beforehand.
  memory weights(const Description& layout, const float* data, const Description& wanted) {
    const memory given = machine_.wrap(layout, data);
    memory packed(wanted, machine_.engine);
    machine_.run(dnnl::reorder(given, packed), {{DNNL_ARG_FROM, given}, {DNNL_ARG_TO, packed}});
    machine_.stream.wait();
    return packed;
  }
  memory output(const Description& layout, float* data, const Description& wanted) {
    output_ = machine_.wrap(layout, data);
    turned_ = layout == wanted ? output_ : memory(wanted, machine_.engine);
    return turned_;
  }
  void finish(std::string note) {
    if (turned_ != output_) {
      converts_ = true;
      add(dnnl::reorder(turned_, output_), {{DNNL_ARG_FROM, turned_}, {DNNL_ARG_TO, output_}});
    }
    note_ = std::move(note) + (converts_ ? ", conversions counted" : "");
  }
  void run() override {
    for (const auto& [primitive, arguments] : steps_) machine_.run(primitive, arguments);
    machine_.stream.wait();
  }
  [[nodiscard]] std::string note() const override { return note_; }

 private:
  Machine& machine_;
  std::vector<std::pair<dnnl::primitive, Arguments>> steps_;
  memory output_, turned_;
  bool converts_ = false;
  std::string note_;
};

/// Logical sizes and strides of a layer in oneDNN's words.
struct Words {
  memory::dims strides, dilations, before, after;
  Description input, filter, bias, output;        // as they lie in memory
  Description any_input, any_filter, any_output;  // as oneDNN likes them
};

Description any_of(const memory::dims& dims) { return {dims, memory::data_type::f32, Tag::any}; }

Words words_of(const ConvShape& s, bool depthwise) {
  const auto n = [](std::size_t x) { return static_cast<memory::dim>(x); };
  const memory::dims in{n(s.input.batch), n(s.input.channels), n(s.input.height), n(s.input.width)};
  const memory::dims out{n(s.input.batch), n(s.out_channels), n(s.out_height), n(s.out_width)};
  const memory::dim h = n(s.kernel_height), w = n(s.kernel_width);
  const memory::dims filter = depthwise ? memory::dims{in[1], 1, 1, h, w} : memory::dims{out[1], in[1], h, w};
  const auto f32 = memory::data_type::f32;
  Words words;
  words.strides = {n(s.stride_y), n(s.stride_x)};
  words.dilations = {n(s.dilation_y) - 1, n(s.dilation_x) - 1};
  words.before = {n(s.pad_top), n(s.pad_left)};
  for (std::size_t i = 0; i < 2; ++i) {
    const memory::dim reach =
        (out[2 + i] - 1) * words.strides[i] + (i == 0 ? h - 1 : w - 1) * (words.dilations[i] + 1);
    words.after.push_back(std::max<memory::dim>(0, reach + 1 - in[2 + i] - words.before[i]));
  }
  words.input = {in, f32, Tag::nhwc};
  words.output = {out, f32, Tag::nhwc};
  words.filter = {filter, f32, depthwise ? Tag::hwigo : Tag::hwio};
  words.bias = {{out[1]}, f32, Tag::x};
  words.any_input = any_of(in);
  words.any_output = any_of(out);
  words.any_filter = any_of(filter);
  return words;
}

class OneDnn final : public Peer {
 public:
  [[nodiscard]] std::string name() const override {
    const dnnl_version_t* v = dnnl_version();
    return "oneDNN " + std::to_string(v->major) + "." + std::to_string(v->minor) + "." +
           std::to_string(v->patch) + " (" + Threads::kRuntime + ")";
  }
  void use_threads(unsigned threads) override { threads_.use(threads); }

  StepPtr layer(const Layer& layer) override {
    if (layer.pass == Pass::kForward && layer.pixel_stride != layer.shape.out_channels) return nullptr;
    StepPtr best;
    double least = 0;
    std::vector<std::string> tried;
    for (const algorithm each :
         {algorithm::convolution_direct, algorithm::convolution_winograd, algorithm::convolution_auto}) {
      for (const bool channels_last : {true, false}) {
        StepPtr step = attempt(layer, each, channels_last);
        if (!step || std::find(tried.begin(), tried.end(), step->note()) != tried.end()) continue;
        tried.push_back(step->note());
        if (const double seconds = time(*step); !best || seconds < least) {
          least = seconds;
          best = std::move(step);
        }
      }
    }
    return best;
  }

  StepPtr resize(const Resize& resize) override {
    const auto n = [](std::size_t x) { return static_cast<memory::dim>(x); };
    const ImageShape& in = resize.shape;
    const auto f32 = memory::data_type::f32;
    const Description from({n(in.batch), n(in.channels), n(in.height), n(in.width)}, f32, Tag::nhwc);
    const Description to({n(in.batch), n(in.channels), n(resize.out_height), n(resize.out_width)}, f32,
                         Tag::nhwc);
    const auto description = machine_.describe<dnnl::resampling_forward>(
        {}, dnnl::prop_kind::forward_inference, algorithm::resampling_linear, from, to);
    auto step = std::make_unique<Sequence>(machine_);
    step->add(dnnl::resampling_forward(description), {{DNNL_ARG_SRC, machine_.wrap(from, resize.input)},
                                                      {DNNL_ARG_DST, step->output(to, resize.output, to)}});
    step->finish(description.impl_info_str());
    return step;
  }

 private:
  /// Null where there is no such implementation, or only one that is as slow as it is plain.
  StepPtr attempt(const Layer& layer, algorithm how, bool channels_last) {
    try {
      Words words = words_of(layer.shape, layer.depthwise);
      if (channels_last) {
        words.any_input = words.input;
        words.any_output = words.output;
      }
      StepPtr step = layer.pass == Pass::kForward         ? forward(layer, words, how)
                     : layer.pass == Pass::kInputGradient ? input_gradient(layer, words, how)
                                                          : filter_gradient(layer, words, how);
      return step->note().starts_with("ref") ? nullptr : std::move(step);
    } catch (const dnnl::error&) {
      return nullptr;
    }
  }

  auto describe_forward(const Words& w, algorithm how, bool relu, dnnl::prop_kind kind) {
    dnnl::primitive_attr attributes;
    if (relu) {
      dnnl::post_ops after;
#if DNNL_VERSION_MAJOR >= 3
      after.append_eltwise(algorithm::eltwise_relu, 0, 0);
#else
      after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
#endif
      attributes.set_post_ops(after);
    }
    return machine_.describe<dnnl::convolution_forward>(attributes, kind, how, w.any_input, w.any_filter,
                                                        w.bias, w.any_output, w.strides, w.dilations,
                                                        w.before, w.after);
  }

  StepPtr forward(const Layer& layer, const Words& w, algorithm how) {
    const auto chosen = describe_forward(w, how, layer.relu, dnnl::prop_kind::forward_inference);
    auto step = std::make_unique<Sequence>(machine_);
    const memory in = step->input(w.input, layer.input, chosen.src_desc());
    const memory filter = step->weights(w.filter, layer.filter, chosen.weights_desc());
    const memory out = step->output(w.output, layer.output, chosen.dst_desc());
    step->add(dnnl::convolution_forward(chosen), {{DNNL_ARG_SRC, in},
                                                  {DNNL_ARG_WEIGHTS, filter},
                                                  {DNNL_ARG_BIAS, machine_.wrap(w.bias, layer.bias)},
                                                  {DNNL_ARG_DST, out}});
    step->finish(chosen.impl_info_str());
    return step;
  }

  StepPtr input_gradient(const Layer& layer, const Words& w, algorithm how) {
    const auto hint = describe_forward(w, how, false, dnnl::prop_kind::forward_training);
    const auto chosen = machine_.describe_gradient<dnnl::convolution_backward_data>(
        hint, how, w.any_input, w.any_filter, w.any_output, w.strides, w.dilations, w.before, w.after);
    auto step = std::make_unique<Sequence>(machine_);
    const memory out_gradient = step->input(w.output, layer.input, chosen.diff_dst_desc());
    const memory filter = step->weights(w.filter, layer.filter, chosen.weights_desc());
    const memory result = step->output(w.input, layer.output, chosen.diff_src_desc());
    step->add(dnnl::convolution_backward_data(chosen),
              {{DNNL_ARG_DIFF_DST, out_gradient}, {DNNL_ARG_WEIGHTS, filter}, {DNNL_ARG_DIFF_SRC, result}});
    step->finish(chosen.impl_info_str());
    return step;
  }

  StepPtr filter_gradient(const Layer& layer, const Words& w, algorithm how) {
    const auto hint = describe_forward(w, how, false, dnnl::prop_kind::forward_training);
    const auto chosen = machine_.describe_gradient<dnnl::convolution_backward_weights>(
        hint, how, w.any_input, w.any_filter, w.any_output, w.strides, w.dilations, w.before, w.after);
    auto step = std::make_unique<Sequence>(machine_);
    const memory in = step->input(w.input, layer.input, chosen.src_desc());
    const memory out_gradient = step->input(w.output, layer.filter, chosen.diff_dst_desc());
    const memory result = step->output(w.filter, layer.output, chosen.diff_weights_desc());
    step->add(dnnl::convolution_backward_weights(chosen),
              {{DNNL_ARG_SRC, in}, {DNNL_ARG_DIFF_DST, out_gradient}, {DNNL_ARG_DIFF_WEIGHTS, result}});
    step->finish(chosen.impl_info_str());
    return step;
  }

  /// The better of two runs after a first one.
  static double time(Step& step) {
    using Clock = std::chrono::steady_clock;
    double least = 0;
    for (int i = 0; i < 3; ++i) {
      const auto start = Clock::now();
      step.run();
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      if (i == 1 || (i > 1 && seconds < least)) least = seconds;
    }
    return least;
  }

  Threads threads_;
  Machine machine_;
};

}  // namespace
}  // namespace densecrf::bench

extern "C" [[gnu::visibility("default")]] densecrf::bench::Peer* make_peer() {
  return new densecrf::bench::OneDnn;
}
