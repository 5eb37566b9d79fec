package io.pipedeck.api;

/** How many jobs are in each status. */
public record Counts(
    long queued, long scheduled, long running, long finished, long failed, long canceled) {
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

  /** The sum of two counts, status by status. */
  public Counts plus(Counts other) {
    return new Counts(
        queued + other.queued,
        scheduled + other.scheduled,
        running + other.running,
        finished + other.finished,
        failed + other.failed,
        canceled + other.canceled);
  }

  /** These counts with {@code amount} added to one status. */
  public Counts plus(JobStatus status, long amount) {
    return switch (status) {
      case QUEUED -> plus(new Counts(amount, 0, 0, 0, 0, 0));
      case SCHEDULED -> plus(new Counts(0, amount, 0, 0, 0, 0));
      case RUNNING -> plus(new Counts(0, 0, amount, 0, 0, 0));
      case FINISHED -> plus(new Counts(0, 0, 0, amount, 0, 0));
      case FAILED -> plus(new Counts(0, 0, 0, 0, amount, 0));
      case CANCELED -> plus(new Counts(0, 0, 0, 0, 0, amount));
    };
  }
}
