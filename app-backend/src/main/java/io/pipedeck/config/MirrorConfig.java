package io.pipedeck.config;

import org.jspecify.annotations.Nullable;

/**
 * The mirror.
 *
 * @param url of the database that follows, null for none
 */
public record MirrorConfig(@Nullable DatabaseUrl url) {}
