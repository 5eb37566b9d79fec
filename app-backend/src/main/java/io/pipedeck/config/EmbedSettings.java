package io.pipedeck.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What embeds and summarises. */
final class EmbedSettings {
  static final Setting<Path> EMBED_MODEL_DIR =
      Setting.of(
          "embed-model-dir",
          "embed.modelDir",
          Kinds.path("a folder with model.onnx and tokenizer.json"),
          "Another embedding model than the bundled one.");

  static final Setting<String> OPENAI_API_KEY =
      Setting.of(
              "openai-api-key",
              "embed.apiKey",
              Kinds.token("a key without blanks"),
              "Embed and summarise by an OpenAI-compatible endpoint; without it in the process.")
          .asSecret();

  static final Setting<URI> OPENAI_BASE_URL =
      Setting.of(
              "openai-base-url",
              "embed.baseUrl",
              Kinds.httpUrl(),
              "That endpoint, up to and including its version.")
          .preset("https://api.openai.com/v1");

  static final Setting<String> OPENAI_EMBEDDING_MODEL =
      Setting.of(
              "openai-embedding-model",
              "embed.embeddingModel",
              Kinds.token("a model's name without blanks"),
              "The embedding model asked for there.")
          .preset("text-embedding-3-small");

  static final Setting<String> OPENAI_CHAT_MODEL =
      Setting.of(
              "openai-chat-model",
              "embed.chatModel",
              Kinds.token("a model's name without blanks, or none"),
              "The model asked for summaries there; with none they are made of the document's own"
                  + " sentences.")
          .preset("gpt-4o-mini");

  static final List<Setting<?>> ALL =
      List.of(
          EMBED_MODEL_DIR,
          OPENAI_API_KEY,
          OPENAI_BASE_URL,
          OPENAI_EMBEDDING_MODEL,
          OPENAI_CHAT_MODEL);

  private EmbedSettings() {}
}
