package io.pipedeck.embed;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a model and its tokenizer lie. */
sealed interface ModelFiles {
  /** The files of a folder, or the bundled ones. */
  static ModelFiles of(@Nullable Path folder) {
    return folder == null ? new Bundled() : new Folder(folder);
  }

  String name();

  byte[] model() throws IOException;

  InputStream tokenizer() throws IOException;

  /** Tokens that the model was trained on at most. */
  int maxTokens() throws IOException;

  boolean englishOnly();

  /** all-MiniLM-L6-v2, quantised, from the class path. */
  record Bundled() implements ModelFiles {
    private static final String FILES = "/all-minilm-l6-v2-q";

    @Override
    public String name() {
      return "all-minilm-l6-v2-q";
    }

    @Override
    public byte[] model() throws IOException {
      try (InputStream in = open(".onnx")) {
        return in.readAllBytes();
      }
    }

    @Override
    public InputStream tokenizer() throws IOException {
      return open("-tokenizer.json");
    }

    @Override
    public int maxTokens() {
      return 256;
    }

    @Override
    public boolean englishOnly() {
      return true;
    }

    private static InputStream open(String suffix) throws IOException {
      @Nullable InputStream in = Bundled.class.getResourceAsStream(FILES + suffix);
      if (in == null) {
        throw new IOException("the bundled model is not on the class path: " + FILES + suffix);
      }
      return in;
    }
  }

  /** {@code model.onnx} and {@code tokenizer.json}, as model hubs lay them out. */
  record Folder(Path folder) implements ModelFiles {
    private static final int USUAL_MAX_TOKENS = 512;

    @Override
    public String name() {
      return folder.toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public byte[] model() throws IOException {
      return Files.readAllBytes(folder.resolve("model.onnx"));
    }

    @Override
    public InputStream tokenizer() throws IOException {
      return Files.newInputStream(folder.resolve("tokenizer.json"));
    }

    /** From {@code sentence_bert_config.json}, else {@code tokenizer_config.json}, else 512. */
    @Override
    public int maxTokens() throws IOException {
      int limit = read("sentence_bert_config.json", "max_seq_length");
      if (limit == 0) {
        limit = read("tokenizer_config.json", "model_max_length");
      }
      return limit == 0 ? USUAL_MAX_TOKENS : limit;
    }

    private int read(String file, String member) throws IOException {
      Path path = folder.resolve(file);
      if (!Files.exists(path)) {
        return 0;
      }
      JsonNode value = Json.mapper().readTree(path.toFile()).path(member);
      // Some tokenizers write 1e30 for "no limit".
      return value.isInt() && value.intValue() > 0 ? value.intValue() : 0;
    }

    @Override
    public boolean englishOnly() {
      return false;
    }
  }
}
