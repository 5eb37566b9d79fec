package io.pipedeck.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to search for.
 *
 * @param query words or a question, 1 to 1,000 characters
 * @param realm whose documents; null for those without a realm
 * @param k how many chunks at most, 1 to 100; null for 10
 * @param sha256 only in the document of this content, 64 lower-case hex digits; null for all
 * @param mediaType only in documents of this type, such as {@code application/pdf}; null for all
 * @param jobId only in what this job wrote; null for all
 */
public record SearchRequest(
    String query,
    @Nullable String realm,
    @Nullable Integer k,
    @Nullable String sha256,
    @Nullable String mediaType,
    @Nullable UUID jobId) {

  /** How many chunks are given where none is said. */
  public static final int DEFAULT_K = 10;

  /** A search in all documents of a realm, or of none. */
  public SearchRequest(String query, @Nullable String realm, int k) {
    this(query, realm, k, null, null, null);
  }
}
