package io.pipedeck.search;

import org.jspecify.annotations.Nullable;

/**
 * A chunk that the index found.
 *
 * @param score see {@link Fusion}
 * @param similarity cosine with the query, null where it was found by words alone
 */
record Candidate(
    long version, long revision, int ordinal, double score, @Nullable Double similarity) {}
