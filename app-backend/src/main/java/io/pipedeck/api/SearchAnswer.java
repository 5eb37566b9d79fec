package io.pipedeck.api;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was found, the best first.
 *
 * @param count how many hits these are
 * @param complete false while the index is still being made from the database, so that there may be
 *     more
 * @param warnings what was not done as usual, such as a search by words alone
 */
public record SearchAnswer(List<Hit> hits, int count, boolean complete, List<String> warnings) {
  public SearchAnswer {
    hits = List.copyOf(hits);
    warnings = List.copyOf(warnings);
  }

  /**
   * A chunk that was found.
   *
   * @param jobId the job that wrote it
   * @param filename of its document
   * @param page from 1, null where the document has no pages
   * @param heading above it, null for none
   * @param ordinal of the chunk in its document, from 0
   * @param start of the chunk in the document's clean text, in UTF-16 units
   * @param end behind it
   * @param snippet the part of its text that fits best, about 300 characters
   * @param score above 0, at most 1: of one that stands first by meaning and first by words
   * @param similarity cosine of the angle between its meaning and the query's, -1 to 1; null where
   *     it was found by words alone
   */
  public record Hit(
      UUID jobId,
      @Nullable String filename,
      String sha256,
      @Nullable Integer page,
      @Nullable String heading,
      int ordinal,
      int start,
      int end,
      String snippet,
      double score,
      @Nullable Double similarity) {}
}
