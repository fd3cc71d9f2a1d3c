#include "check/weight_files.hpp"

#include <algorithm>
#include <array>

namespace litura::check {
namespace {

constexpr std::uint64_t kHeaderMax = 100'000'000;
constexpr std::array<std::string_view, 3> kPickled = {"pytorch_model", "adapter_model",
                                                      "consolidated"};

bool named_as_weights(const Path& path) {
    std::string name = path.filename().string();
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    });
    const auto ends = [&](std::string_view with) { return name.ends_with(with); };
    const bool pickled = std::ranges::any_of(
        kPickled, [&](std::string_view stem) { return name.starts_with(stem); });
    return ends(".safetensors") || ends(".gguf") || (pickled && (ends(".bin") || ends(".pth")));
}

/// GGUF's magic, or the length of a JSON header and the header.
bool begins_as_weights(ByteView file) {
    if (file.size() < 9) return false;
    if (text_of(file.first(4)) == "GGUF") return true;
    ByteReader in(file);
    return in.u64() <= kHeaderMax && file[8] == '{';
}

bool holds_weights(const Path& path) {
    if (named_as_weights(path)) return true;
    const auto file = MappedFile::open(path);
    return file && begins_as_weights(file.value().bytes());
}

}  // namespace

WeightFiles weight_files(const Path& path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    if (!fs::is_directory(path, failed)) return {{path}, {}};
    WeightFiles found;
    for (auto at = fs::recursive_directory_iterator(path, failed);
         !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
        std::error_code unknown;
        if (at->is_symlink(unknown) && at->is_directory(unknown))
            found.unseen.push_back(at->path());
        else if (at->is_regular_file(unknown) && holds_weights(at->path()))
            found.files.push_back(at->path());
    }
    if (failed) found.unseen.push_back(path);
    std::ranges::sort(found.files);
    std::ranges::sort(found.unseen);
    return found;
}

}  // namespace litura::check
