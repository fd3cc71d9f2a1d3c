#include "check/weight_files.hpp"

#include <sys/stat.h>

#include <algorithm>

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

TEST_F(Files, Everything_but_plain_text_may_be_weights) {
    put("model.safetensors", "");
    put("MODEL.GGUF", "");
    put("parts/renamed.dat", header);
    put("parts/no-ending", std::string("GGUF\3\0\0\0", 8));
    put("pytorch_model-00001-of-00002.bin", "");
    put("training_args.bin", "pickled");
    put("old.pkl", "(lp0\nF1.5\na.");
    for (const char* name :
         {"flax_model.msgpack", "tf_model.h5", "model.onnx", "consolidated.00.pth",
          "model.safetensors.zst", "weights", "README", "x.json", "a.txt"})
        put(name, std::string("\x80\x02}q\0", 5));
    put("config.json", "{\"model_type\": \"llama\"}");
    put("README.md", "weights, and an \u00e9");
    put("empty", "");
    const std::vector<std::string> names = found();
    EXPECT_EQ(names.size(), 16u);
    for (const char* text : {"config.json", "README.md", "empty"})
        EXPECT_EQ(std::ranges::find(names, text), names.end()) << text;
}

TEST_F(Files, A_text_is_read_to_its_end) {
    // Characters of two bytes on the border of what is read at once.
    std::string text(1, 'x');
    while (text.size() < 3u << 20) text += "\u00e9";
    put("text", text);
    EXPECT_TRUE(found().empty());
    put("text", text + '\0');
    EXPECT_EQ(found().size(), 1u);
    put("text", text + "\xc3");
    EXPECT_EQ(found().size(), 1u);
}

TEST_F(Files, What_would_not_end_or_is_not_there_is_named) {
    ASSERT_EQ(::mkfifo((here.path() / "pipe.safetensors").c_str(), 0600), 0);
    std::filesystem::create_symlink("/nonexistent", here.path() / "dangling");
    EXPECT_TRUE(found().empty());
    EXPECT_EQ(weight_files(here.path()).unseen,
              (std::vector<Path>{here.path() / "dangling", here.path() / "pipe.safetensors"}));
    EXPECT_EQ(weight_files(here.path() / "pipe.safetensors").unseen.size(), 1u);
    EXPECT_EQ(weight_files("/dev/zero").unseen.size(), 1u);
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
    EXPECT_EQ(weight_files(here.path() / "missing").unseen.size(), 1u);
    EXPECT_TRUE(weight_files(here.path()).files.empty());
}

}  // namespace
}  // namespace litura::check
