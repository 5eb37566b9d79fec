package io.pipedeck.embed;

import io.pipedeck.config.EmbedConfig;
import java.util.List;

/**
 * Turns texts into vectors of length 1, so that texts of like meaning lie near each other. For any
 * number of threads; loads what it needs at first use.
 */
public interface Embedder extends AutoCloseable {
  /** The endpoint if the configuration has a key for it, else a model in this process. */
  static Embedder of(EmbedConfig config) {
    if (config.apiKey() != null) {
      return new EndpointEmbedder(config, config.apiKey(), Pause.REAL);
    }
    int callers = Runtime.getRuntime().availableProcessors();
    return new OnnxEmbedder(ModelFiles.of(config.modelDir()), callers);
  }

  /**
   * The vectors of these texts, in their order.
   *
   * @throws EmbedException if they can't be had
   * @throws InterruptedException between two texts, if the thread was interrupted
   */
  List<float[]> embed(List<String> texts, EmbedProgress progress) throws InterruptedException;

  /**
   * How many texts a call of {@link #embed} should have: with fewer it is slower, with more a
   * caller waits longer than need be.
   */
  default int textsPerCall() {
    return 64;
  }

  /** Tokens of a text as the model sees it, the marks at its ends included. */
  int countTokens(String text);

  /** A text with more tokens would be cut. */
  int maxTokens();

  /** The name under which the vectors are kept: vectors of two names can't be compared. */
  String model();

  /** Length of each vector; 0 while an endpoint has not yet given any. */
  int dimensions();

  /** Whether texts in other languages than English get poor vectors. */
  boolean englishOnly();

  @Override
  void close();
}
