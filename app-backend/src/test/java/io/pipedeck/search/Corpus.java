package io.pipedeck.search;

import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embed.EmbedException;
import io.pipedeck.embed.EmbedProgress;
import io.pipedeck.embed.Embedder;
import io.pipedeck.embed.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chunks in a database, and a model by which texts with the same first word mean the same. */
final class Corpus {
  static final String MODEL = "first-word";
  static final int DIMENSIONS = 32;

  private final MigratedDatabase database;

  Corpus(MigratedDatabase database) {
    this.database = database;
  }

  /** The content hash that stands for a name. */
  static String sha256(String name) {
    return String.format("%064x", name.hashCode() & 0xffffffffL);
  }

  static float[] vector(String text) {
    return direction(text.strip().split("\\s+", 2)[0].toLowerCase(Locale.ROOT).hashCode());
  }

  static float[] direction(long seed) {
    var random = new Random(seed);
    var vector = new float[DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return Vectors.normalise(vector);
  }

  /** Writes the chunks of a document in the place of those it has; a page a chunk. */
  UUID document(@Nullable String realm, String name, String... texts) {
    return version(realm, name, "o", MODEL, texts);
  }

  UUID version(
      @Nullable String realm,
      String name,
      String options,
      @Nullable String model,
      String... texts) {
    UUID job = UUID.randomUUID();
    database
        .pool()
        .run(
            tx -> {
              tx.update(
                  """
                  INSERT INTO pipeline_jobs (id, realm, status, payload, sha256)
                  VALUES (?, ?, 'finished', jsonb_build_object('filename', ?::text, 'media_type', 'text/plain'), ?)
                  """,
                  job,
                  realm,
                  name,
                  sha256(name));
              tx.update(
                  "DELETE FROM document_chunks WHERE realm IS NOT DISTINCT FROM ? AND sha256 = ? AND options_hash = ?",
                  realm,
                  sha256(name),
                  options);
              List<@Nullable Object[]> rows = new ArrayList<>();
              for (int i = 0; i < texts.length; i++) {
                rows.add(
                    new @Nullable Object[] {
                      realm,
                      sha256(name),
                      options,
                      i,
                      job,
                      i + 1,
                      i * 10,
                      i * 10 + 9,
                      "Heading",
                      texts[i],
                      model,
                      model == null ? null : vector(texts[i])
                    });
              }
              tx.batch(
                  """
                  INSERT INTO document_chunks (realm, sha256, pipeline_version, options_hash, ordinal, job_id, page,
                      start_offset, end_offset, heading, text, tokens, model, embedding)
                  VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, 3, ?, ?)
                  """,
                  rows);
            });
    return job;
  }

  void delete(String name) {
    database
        .pool()
        .run(tx -> tx.update("DELETE FROM document_chunks WHERE sha256 = ?", sha256(name)));
  }

  /** The model; it can be broken. */
  static final class Model implements Embedder {
    volatile boolean broken;

    @Override
    public List<float[]> embed(List<String> texts, EmbedProgress progress) {
      if (broken) {
        throw new EmbedException("The model is broken");
      }
      return texts.stream().map(Corpus::vector).toList();
    }

    @Override
    public int textsPerCall() {
      return 1;
    }

    @Override
    public int countTokens(String text) {
      return text.split("\\s+").length;
    }

    @Override
    public int maxTokens() {
      return 16;
    }

    @Override
    public String model() {
      return MODEL;
    }

    @Override
    public int dimensions() {
      return DIMENSIONS;
    }

    @Override
    public boolean englishOnly() {
      return true;
    }

    @Override
    public void close() {}
  }
}
