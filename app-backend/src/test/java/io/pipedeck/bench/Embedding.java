package io.pipedeck.bench;

import io.pipedeck.config.EmbedConfig;
import io.pipedeck.embed.Embedder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Vectors a second of the embedder, beside ONNX Runtime bare of everything: the same model, the
 * same texts, as many threads. They take turns, so that both see the same machine.
 */
final class Embedding implements Benchmark {
  private static final int TEXTS = 512;

  /** About 140 tokens. */
  private static final int CHARS = 620;

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("embedding: chunks of about 140 tokens, one text a run");
    List<String> texts = texts();
    int rounds = Math.max(3, (int) session.options().seconds());
    long roundNanos = TimeUnit.SECONDS.toNanos(1);
    URI unused = URI.create("http://127.0.0.1/v1");
    try (Embedder embedder = Embedder.of(new EmbedConfig(null, null, unused, "unused", null));
        var bare = new BareOnnx(texts)) {
      ours(embedder, texts, TimeUnit.SECONDS.toNanos(2));
      bare.perSecond(TimeUnit.SECONDS.toNanos(2));
      var oursRates = new ArrayList<Double>();
      var bareRates = new ArrayList<Double>();
      var shares = new ArrayList<Double>();
      for (int round = 0; round < rounds; round++) {
        bareRates.add(bare.perSecond(roundNanos));
        oursRates.add(ours(embedder, texts, roundNanos));
        shares.add(100 * oursRates.getLast() / bareRates.getLast());
      }
      Report report = session.report();
      report.note("bare, round by round: " + shown(bareRates));
      report.note(
          "tokenising alone: " + Report.text(tokenised(embedder, texts)) + " chunks/s, one thread");
      report.note("ours, round by round: " + shown(oursRates));
      report.figure(
          "embedding: bare ONNX Runtime, median", Report.text(median(bareRates)) + " chunks/s");
      report.figure(
          "embedding: chunks with their vectors, median",
          Report.text(median(oursRates)) + " chunks/s");
      report.atLeast("embedding: share of bare ONNX Runtime", median(shares), 90, " %");
    }
  }

  /** Tokenising and vectors of length 1 included; in calls as the pipeline makes them. */
  private static double ours(Embedder embedder, List<String> texts, long nanos)
      throws InterruptedException {
    long began = System.nanoTime();
    int group = embedder.textsPerCall();
    int done = 0;
    while (System.nanoTime() - began < nanos) {
      int from = done % (texts.size() - group + 1);
      done += embedder.embed(texts.subList(from, from + group), (_, _) -> {}).size();
    }
    return done * 1e9 / (System.nanoTime() - began);
  }

  private static double tokenised(Embedder embedder, List<String> texts) {
    long began = System.nanoTime();
    long tokens = 0;
    for (String text : texts) {
      tokens += embedder.countTokens(text);
    }
    double perSecond = texts.size() * 1e9 / (System.nanoTime() - began);
    return tokens > 0 ? perSecond : 0;
  }

  private static List<String> texts() {
    var words = new Words(1);
    var texts = new ArrayList<String>();
    for (int i = 0; i < TEXTS; i++) {
      texts.add(words.text(CHARS));
    }
    return texts;
  }

  private static double median(List<Double> rates) {
    return rates.stream().sorted().toList().get(rates.size() / 2);
  }

  private static String shown(List<Double> rates) {
    return String.join(", ", rates.stream().map(Report::text).toList());
  }
}
