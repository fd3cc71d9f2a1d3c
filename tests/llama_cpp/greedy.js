// What llama.cpp makes of a GGUF file: tokens of texts, and the likeliest tokens after prompts. Decides nothing: ./run compares.
//
// Standard input:  {"file": path, "texts": [text ..], "prompts": [text ..], "count": tokens to write after each}
// Standard output: {"bos", "eos", "prepends_bos", "digest", "texts": [[token ..] ..],
//                   "prompts": [[{"token", "share", "next": share of the second likeliest} ..] ..]}
import {readFileSync} from "node:fs";
import {getLlama, readGgufFileInfo} from "node-llama-cpp";

const {file, texts, prompts, count} = JSON.parse(readFileSync(0, "utf8"));
const llama = await getLlama({gpu: false, build: "never", skipDownload: true, logLevel: "error"});
const model = await llama.loadModel({modelPath: file});
// Keys and values in f32, as ours; llama.cpp's default is f16.
const context = await model.createContext({
    contextSize: 256, threads: 1, flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();

async function write(prompt) {
    await sequence.clearHistory();
    const written = [];
    const steps = sequence.evaluateWithMetadata([model.tokens.bos, ...model.tokenize(prompt)], {probabilities: true}, {temperature: 0});
    if (count > 0) {
        for await (const {token, probabilities} of steps) {
            const [share, next] = [...probabilities.values()].sort((a, b) => b - a);
            written.push({token, share, next});
            if (written.length === count || model.isEogToken(token)) break;
        }
    }
    return written;
}

const written = [];
for (const prompt of prompts) written.push(await write(prompt));
const info = await readGgufFileInfo(file);
console.log(JSON.stringify({
    bos: model.tokens.bos, eos: model.tokens.eos, prepends_bos: model.tokens.shouldPrependBosToken,
    digest: info.metadata.litura.model.digest, texts: texts.map((text) => model.tokenize(text)), prompts: written,
}));
