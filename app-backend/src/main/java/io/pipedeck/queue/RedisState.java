package io.pipedeck.queue;

import java.util.Locale;
import java.util.Optional;

/** What Redis shows of a job; the words of {@code look.lua}. */
public enum RedisState {
  /** Nothing. */
  NONE,
  /** It waits on its queue. */
  QUEUED,
  /** Its hash says that it waits, but it stands on no list. */
  UNLISTED,
  /** A worker has popped it and not told that it started. */
  POPPED,
  /** A worker runs it. */
  STARTED,
  /** Its hash says that a worker runs it, but it is not among those that run. */
  UNWATCHED,
  SCHEDULED,
  FINISHED,
  FAILED,
  /** Ended on RQ's command. */
  STOPPED,
  CANCELED,
  /** Waits for other jobs. */
  DEFERRED,
  /** A hash that RQ's client has not queued yet. */
  CREATED,
  /** Its id stands on a list or among those that run, and its hash, if any, says otherwise. */
  STRAY;

  /** As it is written in tables and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of this name; empty for a word that RQ may have and we don't. */
  static Optional<RedisState> of(String wireName) {
    for (RedisState state : values()) {
      if (state.wireName().equals(wireName)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
