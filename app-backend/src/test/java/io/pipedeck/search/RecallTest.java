package io.pipedeck.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embed.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the index calls nearest is what an exact comparison of all vectors calls nearest. */
class RecallTest {
  private static final int DIMENSIONS = 64;
  private static final int TOPICS = 40;
  private static final int DOCUMENTS = 600;
  private static final int CHUNKS = 20;
  private static final int QUERIES = 60;
  private static final int K = 10;

  @TempDir Path folder;

  private final Random random = new Random(42);
  private final List<float[]> topics =
      IntStream.range(0, TOPICS).mapToObj(_ -> near(new float[DIMENSIONS], 1)).toList();
  private final List<Stored> stored = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(long version, int ordinal, @Nullable String realm, float[] vector) {}

  private float[] near(float[] centre, double spread) {
    float[] vector = centre.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) (random.nextGaussian() * spread);
    }
    return Vectors.normalise(vector);
  }

  private float[] some() {
    return near(topics.get(random.nextInt(TOPICS)), 0.1);
  }

  @Test
  void atLeast95OfAHundredNearestAreFound() throws Exception {
    try (var index = SearchIndex.open(folder)) {
      fill(index);

      assertThat(recall(index, "large")).isGreaterThanOrEqualTo(0.95);
      assertThat(recall(index, "small")).as("one document in thirty").isGreaterThanOrEqualTo(0.95);
    }
  }

  private void fill(SearchIndex index) throws IOException {
    for (long id = 1; id <= DOCUMENTS; id++) {
      String realm = id % 30 == 0 ? "small" : "large";
      List<Version.Chunk> chunks = new ArrayList<>();
      for (int i = 0; i < CHUNKS; i++) {
        float[] vector = some();
        stored.add(new Stored(id, i, realm, vector));
        chunks.add(new Version.Chunk(i, null, "text", "m", vector));
      }
      index.replace(
          new Version(id, 7, CHUNKS, realm, Corpus.sha256("d" + id), UUID.randomUUID(), null),
          chunks.iterator());
    }
    index.refresh();
  }

  private double recall(SearchIndex index, String realm) throws IOException {
    var candidates = new Candidates(index);
    int hits = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = some();
      Iterator<Candidate> found =
          candidates
              .of("", new Candidates.Meaning("m", query), new Scope(realm, null, null, null), K)
              .iterator();
      Set<String> nearest = nearest(query, realm);
      for (int n = 0; n < K; n++) {
        Candidate one = found.next();
        hits += nearest.contains(one.version() + "/" + one.ordinal()) ? 1 : 0;
      }
    }
    return hits / (double) (QUERIES * K);
  }

  private Set<String> nearest(float[] query, String realm) {
    Set<String> nearest = new HashSet<>();
    stored.stream()
        .filter(chunk -> realm.equals(chunk.realm()))
        .sorted(Comparator.comparingDouble(chunk -> -Vectors.cosine(query, chunk.vector())))
        .limit(K)
        .forEach(chunk -> nearest.add(chunk.version() + "/" + chunk.ordinal()));
    return nearest;
  }
}
