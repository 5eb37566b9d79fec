package io.pipedeck.api;

import java.util.List;

/**
 * Hears the backend's live events. Called on the stream's own thread, one call at a time; must not
 * block for long.
 */
public interface EventListener {
  /** The stream stands. */
  void connected();

  /** Jobs changed. */
  void jobs(List<JobEvent> events);

  /** The counts over all jobs that the caller may see changed. */
  void stats(Counts counts);

  /** Events were missed: what is shown must be read again. */
  void reset();

  /** The backend gave a sign of life: an event, or the heartbeat between events. */
  default void alive() {}

  /** The stream broke; it is tried again after the pause. */
  void disconnected(ApiException cause, java.time.Duration retryIn);
}
