// The native half of `npm run bench:ops`: densecrf and the libraries named on the command line in one
// process, in turns, on the same arrays. One JSON request a line in, one JSON answer a line out.
#include <dlfcn.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "measure.h"
#include "ours.h"

namespace densecrf::bench {
namespace {

using Peers = std::vector<std::unique_ptr<Peer>>;

/// Each library sees its own symbols only, so that two versions of one can be loaded.
std::unique_ptr<Peer> load(const char* path) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const auto make = library == nullptr ? nullptr : reinterpret_cast<MakePeer>(dlsym(library, "make_peer"));
  if (make == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return nullptr;
  }
  return std::unique_ptr<Peer>(make());
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' || c == '\\' ? '\'' : c;
  return out + '"';
}

std::string names(const Peers& peers) {
  std::string list;
  for (const auto& peer : peers) list += (list.empty() ? "" : ",") + quoted(peer->name());
  return "{\"names\":[" + list + "]}";
}

std::string peaks(unsigned threads) {
  const Peaks found = measure_peaks(threads);
  return "{\"flops\":" + std::to_string(found.multiply_adds) +
         ",\"bandwidth\":" + std::to_string(found.copying) + "}";
}

std::string describe(const Entry& entry, const std::vector<double>& samples, double apart) {
  std::string times;
  for (const double seconds : samples) times += (times.empty() ? "" : ",") + std::to_string(1e3 * seconds);
  char number[32];
  std::snprintf(number, sizeof number, "%.3g", apart);
  return "{\"name\":" + quoted(entry.name) + ",\"note\":" + quoted(entry.step->note()) +
         ",\"difference\":" + (apart == apart ? number : "null") + ",\"samples\":[" + times + "]}";
}

std::string measure(Peers& peers, const Request& request) {
  const Problem problem(request);
  const Arrays arrays(problem);
  std::vector<EntryPtr> entries;
  for (const auto& peer : peers) {
    peer->use_threads(static_cast<unsigned>(request.number("threads")));
    EntryPtr entry = prepare(*peer, problem, arrays);
    if (entry->step) entries.push_back(std::move(entry));
    if (entries.empty()) return R"({"contenders":[]})";  // not even densecrf, the first
  }
  const auto samples = take_turns(entries, request.number("runs"));
  std::string list;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    // The last one is the reference: the peer that does nothing but what the definition says.
    const double apart = difference(entries[i]->output, entries.back()->output);
    list += (i == 0 ? "" : ",") + describe(*entries[i], samples[i], apart);
  }
  return "{\"contenders\":[" + list + "]}";
}

int serve(int count, char** libraries) {
  Peers peers;
  peers.push_back(make_ours());
  for (int i = 0; i < count; ++i) {
    if (auto peer = load(libraries[i])) peers.push_back(std::move(peer));
  }
  for (std::string line; std::getline(std::cin, line);) {
    const Request request(std::move(line));
    const std::string task = request.text("do");
    const auto threads = static_cast<unsigned>(request.number("threads"));
    const std::string answer = task == "names"   ? names(peers)
                               : task == "peaks" ? peaks(threads)
                                                 : measure(peers, request);
    std::printf("%s\n", answer.c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace densecrf::bench

int main(int count, char** arguments) { return densecrf::bench::serve(count - 1, arguments + 1); }
