package io.pipedeck.pipeline;

import io.pipedeck.embed.Embedder;
import io.pipedeck.embed.Vectors;
import java.util.List;

/** Scores sentences by how near their vector is to the mean of the document's vectors. */
final class CentroidScores implements Summariser.Scorer {
  private final Embedder embedder;
  private final float[] centroid;

  /**
   * @param vectors of the document's chunks, at least one
   */
  CentroidScores(Embedder embedder, List<float[]> vectors) {
    this.embedder = embedder;
    this.centroid = mean(vectors);
  }

  @Override
  public double[] score(List<String> sentences) throws InterruptedException {
    return embedder.embed(sentences.stream().map(this::fitting).toList(), (_, _) -> {}).stream()
        .mapToDouble(vector -> Vectors.cosine(vector, centroid))
        .toArray();
  }

  /** As much of a sentence as the model takes: enough to judge it by. */
  private String fitting(String sentence) {
    String text = sentence;
    int tokens = embedder.countTokens(text);
    while (tokens > embedder.maxTokens() && text.length() > 1) {
      int most = Math.max(1, text.length() * embedder.maxTokens() / (tokens + 1));
      text = text.substring(0, Cuts.before(text, 0, text.length(), most));
      tokens = embedder.countTokens(text);
    }
    return text;
  }

  private static float[] mean(List<float[]> vectors) {
    float[] sum = new float[vectors.getFirst().length];
    for (float[] vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector[i];
      }
    }
    return Vectors.normalise(sum);
  }
}
