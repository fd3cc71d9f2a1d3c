// What Hugging Face's tokenizer makes of a published folder: tokens of texts, and the texts again. Decides nothing.
//
// Standard input:  {"folder": path, "texts": [text ..]}
// Standard output: {"bos", "texts": [[token ..] ..], "again": [text ..]}
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {Tokenizer} from "@huggingface/tokenizers";

const {folder, texts} = JSON.parse(readFileSync(0, "utf8"));
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const marks = read("tokenizer_config.json");
const tokenizer = new Tokenizer(read("tokenizer.json"), marks);
const written = texts.map((text) => tokenizer.encode(text).ids);
console.log(JSON.stringify({
    bos: tokenizer.token_to_id(marks.bos_token), texts: written, again: written.map((tokens) => tokenizer.decode(tokens, {skip_special_tokens: true})),
}));
