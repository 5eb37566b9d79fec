package io.pipedeck.bench;

import io.pipedeck.db.Database;
import io.pipedeck.embed.Embedder;
import io.pipedeck.embed.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Chunks to search in, the same at each run: their vectors lie around those that the real model
 * gives to sentences, their texts are words by Zipf's law, some 800 characters each.
 */
final class SearchData {
  static final String REALM = "bench";
  private static final int DOCUMENT = 100;
  private static final int TOPICS = 1_000;
  private static final int WORDS = 20_000;
  private static final int WORDS_A_CHUNK = 120;

  /** A chunk's cosine with its topic is some 0.8. */
  private static final double SPREAD = 0.75;

  private static final List<String> WHO =
      List.of(
          "the auditor",
          "a young nurse",
          "our supplier",
          "the fishing crew",
          "a stray dog",
          "the city council",
          "an old violinist",
          "the football team",
          "a software engineer",
          "the baker");
  private static final List<String> DOES =
      List.of(
          "repairs",
          "pays for",
          "complains about",
          "photographs",
          "forgets",
          "inspects",
          "sells",
          "describes",
          "hides",
          "celebrates");
  private static final List<String> WHAT =
      List.of(
          "the leaking roof",
          "an unpaid invoice",
          "a broken engine",
          "the wedding cake",
          "fresh vegetables",
          "the annual report",
          "a rare bird",
          "the new database",
          "a court decision",
          "the winter coat");
  private static final List<String> WHERE =
      List.of(
          "in the harbour",
          "at the hospital",
          "behind the school",
          "on the night train",
          "in Wellington",
          "during the storm",
          "near the border",
          "in the laboratory",
          "at the market",
          "before the match");

  private final Embedder embedder;
  private final List<float[]> topics;

  SearchData(Embedder embedder) throws InterruptedException {
    this.embedder = embedder;
    var random = new Random(1);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < TOPICS; i++) {
      sentences.add(sentence(random));
    }
    this.topics = embedder.embed(sentences, (_, _) -> {});
  }

  static String sentence(Random random) {
    return String.join(
        " ", one(WHO, random), one(DOES, random), one(WHAT, random), one(WHERE, random));
  }

  private static String one(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  static String words(Random random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append('w').append((int) Math.pow(WORDS, random.nextDouble()));
    }
    return text.toString();
  }

  /** The vectors of all chunks, in their order. */
  float[][] vectors(int chunks) {
    var random = new Random(2);
    float[][] vectors = new float[chunks][];
    for (int i = 0; i < chunks; i++) {
      float[] vector = topics.get(random.nextInt(TOPICS)).clone();
      double each = SPREAD / Math.sqrt(vector.length);
      for (int d = 0; d < vector.length; d++) {
        vector[d] += (float) (random.nextGaussian() * each);
      }
      vectors[i] = Vectors.normalise(vector);
    }
    return vectors;
  }

  /** The model's vector. */
  float[] vector(String text) throws InterruptedException {
    return embedder.embed(List.of(text), (_, _) -> {}).getFirst();
  }

  /** Writes the chunks, unless they are there; a document has a hundred, its name says which. */
  void load(Database database, float[][] vectors) {
    var random = new Random(3);
    for (int from = 0; from < vectors.length; from += DOCUMENT) {
      int document = from / DOCUMENT;
      int to = Math.min(from + DOCUMENT, vectors.length);
      List<@Nullable Object[]> rows = new ArrayList<>();
      UUID job = new UUID(0x0000_7000L, 0x8000_0000_0000_0000L + document);
      for (int i = from; i < to; i++) {
        rows.add(row(job, document, i - from, words(random, WORDS_A_CHUNK), vectors[i]));
      }
      database.run(
          tx -> {
            tx.update(
                """
                INSERT INTO pipeline_jobs (id, realm, status, payload, sha256, finished_at)
                VALUES (?, ?, 'finished', jsonb_build_object('filename', ?::text), ?, now())
                """,
                job,
                REALM,
                Integer.toString(document),
                sha256(document));
            tx.batch(
                """
                INSERT INTO document_chunks (realm, sha256, pipeline_version, options_hash, ordinal, job_id, page,
                    start_offset, end_offset, text, tokens, model, embedding)
                VALUES (?, ?, 1, 'bench', ?, ?, ?, ?, ?, ?, 140, ?, ?)
                """,
                rows);
          });
    }
  }

  private @Nullable Object[] row(UUID job, int document, int ordinal, String text, float[] vector) {
    return new @Nullable Object[] {
      REALM,
      sha256(document),
      ordinal,
      job,
      ordinal / 4 + 1,
      ordinal * 800,
      ordinal * 800 + 800,
      text,
      embedder.model(),
      vector
    };
  }

  private static String sha256(int document) {
    return String.format("%064x", document);
  }

  /** The number of a chunk. */
  static int number(String filename, int ordinal) {
    return Integer.parseInt(filename) * DOCUMENT + ordinal;
  }
}
