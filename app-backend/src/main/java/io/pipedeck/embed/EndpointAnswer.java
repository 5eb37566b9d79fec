package io.pipedeck.embed;

import io.pipedeck.api.Json;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The answer of an embedding endpoint. */
final class EndpointAnswer {
  private EndpointAnswer() {}

  /** The vectors in the order of the texts, whatever order they came in. */
  static List<float[]> vectors(byte[] body, int texts) {
    SortedMap<Integer, float[]> vectors = new TreeMap<>();
    for (Item item : read(body)) {
      float @Nullable [] vector = item.embedding();
      if (item.index() < 0 || item.index() >= texts || vector == null || !isFinite(vector)) {
        throw new EmbedException(
            "The embedding endpoint answered with something else than vectors");
      }
      vectors.put(item.index(), vector);
    }
    if (vectors.size() < texts) {
      throw new EmbedException(
          "The embedding endpoint gave " + vectors.size() + " vectors for " + texts + " texts");
    }
    return List.copyOf(vectors.values());
  }

  private static List<Item> read(byte[] body) {
    try {
      @Nullable List<Item> data = Json.mapper().readValue(body, Answer.class).data();
      return data == null ? List.of() : data;
    } catch (IOException e) {
      throw new EmbedException("The embedding endpoint answered with something else than JSON", e);
    }
  }

  private static boolean isFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return vector.length > 0;
  }

  private record Answer(@Nullable List<Item> data) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Item(int index, float @Nullable [] embedding) {}
}
