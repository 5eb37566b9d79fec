package io.pipedeck.events;

import io.pipedeck.job.JobEvents;

/** Carries events between processes. What this process says its own watchers hear directly. */
public interface EventRelay extends JobEvents, AutoCloseable {
  /** Begins to hear other processes and to be heard by them. */
  void start();

  @Override
  void close();
}
