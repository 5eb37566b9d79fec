package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A realm and how many jobs it has in each status.
 *
 * @param realm its name, null for the jobs without one
 */
public record RealmView(
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String realm, Counts counts) {}
