#include "check/weight_files.hpp"

#include "base/test_support.hpp"

namespace litura::check {
namespace {

class Files : public ::testing::Test {
protected:
    void put(const char* name, std::string_view content) {
        const Path path = here.path() / name;
        must(env->make_folders(path.parent_path()));
        must(env->write_file(path, bytes_of(content)));
    }
    std::vector<std::string> found() const {
        std::vector<std::string> names;
        for (const Path& file : weight_files(here.path()).files)
            names.push_back(file.lexically_relative(here.path()).string());
        return names;
    }

    TestFolder here;
    std::unique_ptr<Env> env = system_env();
    const std::string header = std::string("\x10\0\0\0\0\0\0\0", 8) + "{\"a\": {}}      ";
};

TEST_F(Files, Are_known_by_their_names_and_by_what_they_begin_with) {
    put("model.safetensors", "");
    put("MODEL.GGUF", "");
    put("parts/renamed.dat", header);
    put("parts/no-ending", "GGUF and more");
    put("pytorch_model-00001-of-00002.bin", "");
    put("consolidated.00.pth", "");
    put("config.json", "{\"model_type\": \"llama\"}");
    put("training_args.bin", "pickled");
    put("README.md", "weights");
    EXPECT_EQ(found(),
              (std::vector<std::string>{"MODEL.GGUF", "consolidated.00.pth", "model.safetensors",
                                        "parts/no-ending", "parts/renamed.dat",
                                        "pytorch_model-00001-of-00002.bin"}));
}

TEST_F(Files, A_link_to_a_file_is_followed_and_one_to_a_folder_is_named) {
    put("blobs/1", "x");
    put("elsewhere/model.gguf", "x");
    std::filesystem::create_symlink(here.path() / "blobs" / "1", here.path() / "a.safetensors");
    std::filesystem::create_directory_symlink(here.path() / "elsewhere", here.path() / "more");
    std::filesystem::create_directory_symlink(here.path(), here.path() / "round");
    EXPECT_EQ(found(), (std::vector<std::string>{"a.safetensors", "elsewhere/model.gguf"}));
    EXPECT_EQ(weight_files(here.path()).unseen,
              (std::vector<Path>{here.path() / "more", here.path() / "round"}));
}

TEST_F(Files, A_file_given_by_itself_is_looked_at_whatever_it_is) {
    put("anything", "x");
    EXPECT_EQ(weight_files(here.path() / "anything").files.size(), 1u);
    EXPECT_EQ(weight_files(here.path() / "missing").files.size(), 1u);
    EXPECT_TRUE(weight_files(here.path()).files.empty());
}

}  // namespace
}  // namespace litura::check
