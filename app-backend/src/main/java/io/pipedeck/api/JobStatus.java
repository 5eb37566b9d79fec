package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a job is in its life. {@link #canBecome} is the one state machine: the schema's CHECK
 * constraints and the picture in {@code docs/job-lifecycle.md} follow it.
 */
public enum JobStatus {
  /** Waits for a free worker. */
  QUEUED,
  /** Waits for its start time, or for the pause before the next attempt to pass. */
  SCHEDULED,
  /** A worker holds it. */
  RUNNING,
  /** Ended well; final. */
  FINISHED,
  /** Ended badly, in the dead letter; final unless an operator retries it. */
  FAILED,
  /** Ended by an operator; final unless an operator retries it. */
  CANCELED;

  /** Whether a job of this status may go on to {@code next}. */
  public boolean canBecome(JobStatus next) {
    return switch (this) {
      case QUEUED, SCHEDULED ->
          switch (next) {
            case RUNNING, CANCELED -> true;
            case QUEUED -> this == SCHEDULED;
            case SCHEDULED, FINISHED, FAILED -> false;
          };
      case RUNNING -> next != RUNNING;
      case FAILED, CANCELED -> next == QUEUED;
      case FINISHED -> false;
    };
  }

  /** Whether the job has ended and nothing but an operator moves it again. */
  public boolean isFinal() {
    return switch (this) {
      case FINISHED, FAILED, CANCELED -> true;
      case QUEUED, SCHEDULED, RUNNING -> false;
    };
  }

  /** The name in JSON, SQL and on the command line: lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The status of a wire name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  @JsonCreator
  public static JobStatus ofWireName(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no job status is called " + name));
  }

  /** The status of a wire name, empty if there is none. */
  public static Optional<JobStatus> find(String name) {
    for (JobStatus status : values()) {
      if (status.wireName().equals(name)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
