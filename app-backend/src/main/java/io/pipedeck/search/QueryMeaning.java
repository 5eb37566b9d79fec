package io.pipedeck.search;

import io.pipedeck.embed.EmbedException;
import io.pipedeck.embed.Embedder;
import io.pipedeck.search.Candidates.Meaning;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The vectors of queries, by the model that makes those of the chunks. */
final class QueryMeaning {
  private static final Logger LOG = LoggerFactory.getLogger(QueryMeaning.class);

  private final Embedder embedder;

  QueryMeaning(Embedder embedder) {
    this.embedder = embedder;
  }

  /** Empty if the model can't be had now, or finds nothing in the query. */
  Optional<Meaning> of(String query) throws InterruptedException {
    try {
      float[] vector = embedder.embed(List.of(fitting(query)), (_, _) -> {}).getFirst();
      return ChunkDocuments.isUsable(vector)
          ? Optional.of(new Meaning(embedder.model(), vector))
          : Optional.empty();
    } catch (EmbedException e) {
      LOG.warn("A query has no vector and is searched by its words: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** The beginning of the query, as much as the model sees at once. */
  private String fitting(String query) {
    String fitting = query;
    while (embedder.countTokens(fitting) > embedder.maxTokens()) {
      int half = fitting.codePointCount(0, fitting.length()) / 2;
      fitting = fitting.substring(0, fitting.offsetByCodePoints(0, half));
    }
    return fitting;
  }
}
