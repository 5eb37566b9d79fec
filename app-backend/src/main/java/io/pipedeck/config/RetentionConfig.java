package io.pipedeck.config;

/**
 * How long jobs are kept where.
 *
 * @param days of 24 hours after which a job that has ended moves to the archive; 0 for never
 * @param foreign whether rows of other programs move too
 * @param archiveDays after how many days since its last end a month of the archive is dropped; 0
 *     for never
 */
public record RetentionConfig(int days, boolean foreign, int archiveDays) {
  public RetentionConfig {
    if (days < 0 || archiveDays < 0 || (archiveDays > 0 && archiveDays < days)) {
      throw new IllegalArgumentException("kept " + days + " days, archived " + archiveDays);
    }
  }
}
