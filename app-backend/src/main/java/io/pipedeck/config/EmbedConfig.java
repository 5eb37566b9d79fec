package io.pipedeck.config;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where vectors come from, and summaries.
 *
 * @param modelDir folder with {@code model.onnx} and {@code tokenizer.json} in place of the bundled
 *     model, or null
 * @param apiKey key of an OpenAI-compatible endpoint, or null to embed in the process
 * @param baseUrl that endpoint, up to and including its version
 * @param embeddingModel the model asked for there
 * @param chatModel the model asked for summaries there, or null for none
 */
public record EmbedConfig(
    @Nullable Path modelDir,
    @Nullable String apiKey,
    URI baseUrl,
    String embeddingModel,
    @Nullable String chatModel) {
  /** Says whether a key is set, never the key. */
  @Override
  public String toString() {
    return "EmbedConfig[modelDir="
        + modelDir
        + ", apiKey="
        + (apiKey == null ? "none" : "***")
        + ", baseUrl="
        + baseUrl
        + ", embeddingModel="
        + embeddingModel
        + ", chatModel="
        + chatModel
        + "]";
  }
}
