package io.pipedeck.embed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Where a model and its tokenizer lie. */
sealed interface ModelFiles {
  /** The files of a folder, or the bundled ones. */
  static ModelFiles of(@Nullable Path folder) {
    return folder == null ? new Bundled() : new Folder(folder);
  }

  /** For messages. */
  String name();

  /**
   * The name under which the vectors of this model are kept.
   *
   * @param model its file: another model in the same folder must not go by the same name
   */
  String nameOf(Path model) throws IOException;

  /**
   * The model as a file, so that its bytes need not stand in the heap.
   *
   * @param scratch folder for one that is none yet
   */
  Path model(Path scratch) throws IOException;

  InputStream tokenizer() throws IOException;

  /** Tokens that the model was trained on at most. */
  int maxTokens() throws IOException;

  boolean englishOnly();

  /** Whether the first token's vector stands for the text, not the mean of all. */
  boolean firstTokenCounts() throws IOException;

  /** all-MiniLM-L6-v2, quantised, from the class path. */
  record Bundled() implements ModelFiles {
    private static final String FILES = "/all-minilm-l6-v2-q";

    @Override
    public String name() {
      return "all-minilm-l6-v2-q";
    }

    @Override
    public String nameOf(Path model) {
      return name();
    }

    @Override
    public Path model(Path scratch) throws IOException {
      Path file = scratch.resolve("model.onnx");
      try (InputStream in = open(".onnx")) {
        Files.copy(in, file);
      }
      return file;
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

    @Override
    public boolean firstTokenCounts() {
      return false;
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
    public String nameOf(Path model) throws IOException {
      try (InputStream in = Files.newInputStream(model)) {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[64 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          sha256.update(buffer, 0, n);
        }
        return name() + "@" + HexFormat.of().formatHex(sha256.digest(), 0, 4);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    @Override
    public Path model(Path scratch) {
      return folder.resolve("model.onnx");
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
      JsonNode value = value(file, member);
      // Some tokenizers write 1e30 for "no limit".
      return value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0
          ? value.intValue()
          : 0;
    }

    private JsonNode value(String file, String member) throws IOException {
      Path path = folder.resolve(file);
      return Files.exists(path)
          ? Json.mapper().readTree(path.toFile()).path(member)
          : MissingNode.getInstance();
    }

    /** As {@code 1_Pooling/config.json} says; without it the mean counts. */
    @Override
    public boolean firstTokenCounts() throws IOException {
      return value("1_Pooling/config.json", "pooling_mode_cls_token").asBoolean();
    }

    @Override
    public boolean englishOnly() {
      return false;
    }
  }
}
