package io.pipedeck.embed;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.pipedeck.config.EmbedConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * An OpenAI-compatible endpoint. Texts go in batches below a number of tokens; a batch that the
 * endpoint finds too large is halved. Tokens are counted as OpenAI's embedding models count them.
 */
final class EndpointEmbedder implements Embedder {
  private static final int MAX_TOKENS = 8_191;
  private static final int BATCH_TOKENS = 40_000;
  private static final int BATCH_TEXTS = 256;

  private final EndpointClient client;
  private final String model;
  private volatile int dimensions;

  EndpointEmbedder(EmbedConfig config, String apiKey, Pause pause) {
    this.client = new EndpointClient(config, apiKey, pause);
    this.model = config.embeddingModel();
  }

  @Override
  public List<float[]> embed(List<String> texts, EmbedProgress progress)
      throws InterruptedException {
    List<float[]> vectors = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); ) {
      int to = endOfBatch(texts, from);
      vectors.addAll(embedHalving(texts.subList(from, to)));
      progress.done(to, texts.size());
      from = to;
    }
    return vectors;
  }

  private int endOfBatch(List<String> texts, int from) {
    int tokens = 0;
    int to = from;
    while (to < texts.size() && to - from < BATCH_TEXTS) {
      tokens += countTokens(texts.get(to));
      if (tokens > BATCH_TOKENS && to > from) {
        break;
      }
      to++;
    }
    return to;
  }

  private List<float[]> embedHalving(List<String> batch) throws InterruptedException {
    try {
      List<float[]> vectors = client.embed(batch);
      vectors.forEach(this::check);
      return vectors;
    } catch (EndpointCalls.TooLarge e) {
      if (batch.size() == 1) {
        throw new EmbedException("The embedding endpoint finds a single text too large", e);
      }
      int half = batch.size() / 2;
      List<float[]> vectors = new ArrayList<>(embedHalving(batch.subList(0, half)));
      vectors.addAll(embedHalving(batch.subList(half, batch.size())));
      return vectors;
    }
  }

  private void check(float[] vector) {
    if (dimensions == 0) {
      dimensions = vector.length;
    }
    if (vector.length != dimensions) {
      throw new EmbedException(
          "The embedding endpoint gave vectors of "
              + vector.length
              + " and of "
              + dimensions
              + " dimensions. Check that "
              + model
              + " names one model.");
    }
    Vectors.normalise(vector);
  }

  @Override
  public int textsPerCall() {
    return BATCH_TEXTS;
  }

  @Override
  public int countTokens(String text) {
    return Tokens.ENCODING.countTokensOrdinary(text);
  }

  @Override
  public int maxTokens() {
    return MAX_TOKENS;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public boolean englishOnly() {
    return false;
  }

  @Override
  public void close() {
    client.close();
  }

  /** Loaded at first use: the table takes a moment and some megabytes. */
  private static final class Tokens {
    static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    private Tokens() {}
  }
}
