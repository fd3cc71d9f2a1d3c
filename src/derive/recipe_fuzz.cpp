// Any bytes as litura.toml: settings within their ranges, or a refusal that names the file.
#include "derive/recipe.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    const auto settings = derive::parse_settings({reinterpret_cast<const char*>(data), size});
    if (!settings.ok()) {
        CHECK(settings.error().code == Code::bad_input);
        CHECK(settings.error().where.starts_with("litura.toml"));
        return 0;
    }
    const derive::Recipe& recipe = settings.value().recipe;
    CHECK(recipe.train.step_tokens >= recipe.train.sequence);
    CHECK(!recipe.stages.empty());
    for (const derive::Stage& stage : recipe.stages) {
        CHECK(!stage.grounds.empty() && stage.shards >= 1 && stage.slices >= 1 &&
              stage.epochs >= 1);
    }
    return 0;
}
