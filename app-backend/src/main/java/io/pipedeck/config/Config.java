package io.pipedeck.config;

import java.nio.file.Path;

/**
 * The whole configuration, read once at start by {@link ConfigLoader}. Immutable; holds secrets,
 * which no {@code toString} of it shows.
 *
 * @param home the data folder
 */
public record Config(
    Path home,
    HttpConfig http,
    DatabaseConfig database,
    MirrorConfig mirror,
    RedisConfig redis,
    WorkerConfig worker,
    DocumentConfig document,
    ParseConfig parse,
    EmbedConfig embed,
    SecurityConfig security) {}
