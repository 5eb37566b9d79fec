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
    QueueConfig queue,
    WorkerConfig worker,
    RetentionConfig retention,
    DocumentConfig document,
    ParseConfig parse,
    EmbedConfig embed,
    SecurityConfig security,
    SpoolConfig spool,
    RqConfig rq) {}
