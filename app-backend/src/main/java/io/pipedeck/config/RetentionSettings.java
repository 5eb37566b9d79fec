package io.pipedeck.config;

import java.util.List;

/** How long jobs are kept. */
final class RetentionSettings {
  static final Setting<Integer> RETENTION_DAYS =
      Setting.of(
              "retention-days",
              "retention.days",
              Kinds.days(),
              "When a job has ended so long ago, it moves to the archive: still found, out of the way.")
          .preset("30");

  static final Setting<Boolean> RETENTION_FOREIGN =
      Setting.of(
              "retention-foreign",
              "retention.foreign",
              Kinds.flag(),
              "Whether rows of other programs move too.")
          .preset("false");

  static final Setting<Integer> ARCHIVE_DAYS =
      Setting.of(
              "archive-days",
              "retention.archiveDays",
              Kinds.days(),
              "When all jobs of a month of the archive have ended so long ago, they are deleted.")
          .preset("off");

  static final List<Setting<?>> ALL = List.of(RETENTION_DAYS, RETENTION_FOREIGN, ARCHIVE_DAYS);

  private RetentionSettings() {}
}
