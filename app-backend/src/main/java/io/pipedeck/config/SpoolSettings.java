package io.pipedeck.config;

import java.util.List;

/** What is done with jobs while PostgreSQL is away. */
final class SpoolSettings {
  static final Setting<Boolean> SPOOL =
      Setting.of(
          "spool",
          "spool.wanted",
          Kinds.flag(),
          "Whether jobs are accepted onto this machine's disk while PostgreSQL is away; without it"
              + " serve does, api and worker don't.");

  static final Setting<Integer> SPOOL_MAX_MB =
      Setting.of(
              "spool-max-mb",
              "spool.maxBytes",
              Kinds.whole(1, 102_400, "MiB"),
              "How much is kept so before jobs are refused.")
          .preset("512");

  static final List<Setting<?>> ALL = List.of(SPOOL, SPOOL_MAX_MB);

  private SpoolSettings() {}
}
