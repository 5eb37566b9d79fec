package io.pipedeck.search;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where to search; null is no limit, but for the realm, which is always one.
 *
 * @param realm null for documents without one
 */
record Scope(
    @Nullable String realm,
    @Nullable String sha256,
    @Nullable String mediaType,
    @Nullable UUID jobId) {}
