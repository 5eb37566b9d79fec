package io.pipedeck.reconcile;

import io.pipedeck.api.JobStatus;
import io.pipedeck.queue.RedisState;
import org.jspecify.annotations.Nullable;

/**
 * What is done about a job that Redis shows otherwise than PostgreSQL has it: the table of {@code
 * docs/consistency.md} as code.
 */
enum Remedy {
  /** Nothing: they agree, or the difference is meant. */
  LEAVE,
  /** It is put on its queue. */
  PUSH,
  /** It goes back to the head of its queue. */
  PUT_BACK,
  /** Redis is told what PostgreSQL has. */
  SHOW,
  /** Redis forgets it. */
  CLEAR,
  /** Somebody did that in Redis on purpose: it is for those who follow RQ's clients. */
  CLIENT;

  /** As the document writes it. */
  String wireName() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  /**
   * What is done.
   *
   * @param status in PostgreSQL, null where there is no row
   * @param behind whether Redis shows an older state than PostgreSQL's; else who changed it there
   *     knew the latest one
   */
  static Remedy of(@Nullable JobStatus status, RedisState state, boolean behind) {
    return switch (status) {
      case null -> withoutRow(state);
      case QUEUED -> queued(state, behind);
      case SCHEDULED -> scheduled(state, behind);
      case RUNNING -> running(state);
      case FINISHED -> finished(state);
      case FAILED -> retriable(state, RedisState.FAILED, behind);
      case CANCELED -> retriable(state, RedisState.CANCELED, behind);
    };
  }

  private static Remedy withoutRow(RedisState state) {
    return switch (state) {
      case NONE, FINISHED, FAILED, STOPPED, CANCELED -> LEAVE;
      case QUEUED, UNLISTED, POPPED, STARTED, UNWATCHED, SCHEDULED, DEFERRED, CREATED, STRAY ->
          CLEAR;
    };
  }

  private static Remedy queued(RedisState state, boolean behind) {
    return switch (state) {
      case QUEUED -> LEAVE;
      case POPPED -> PUT_BACK;
      case STARTED -> behind ? PUSH : LEAVE;
      case FINISHED, FAILED, STOPPED, CANCELED -> behind ? PUSH : CLIENT;
      case NONE, UNLISTED, UNWATCHED, SCHEDULED, DEFERRED, CREATED, STRAY -> PUSH;
    };
  }

  private static Remedy scheduled(RedisState state, boolean behind) {
    return switch (state) {
      case NONE, SCHEDULED -> LEAVE;
      case QUEUED, POPPED, STOPPED -> behind ? SHOW : CLIENT;
      case CANCELED -> CLIENT;
      case UNLISTED, STARTED, UNWATCHED, FINISHED, FAILED, DEFERRED, CREATED, STRAY -> SHOW;
    };
  }

  private static Remedy running(RedisState state) {
    return switch (state) {
      case STARTED -> LEAVE;
      case STOPPED, CANCELED -> CLIENT;
      case NONE,
          QUEUED,
          UNLISTED,
          POPPED,
          UNWATCHED,
          SCHEDULED,
          FINISHED,
          FAILED,
          DEFERRED,
          CREATED,
          STRAY ->
          SHOW;
    };
  }

  private static Remedy finished(RedisState state) {
    return switch (state) {
      case NONE, FINISHED, STOPPED, CANCELED -> LEAVE;
      case QUEUED,
          UNLISTED,
          POPPED,
          STARTED,
          UNWATCHED,
          SCHEDULED,
          FAILED,
          DEFERRED,
          CREATED,
          STRAY ->
          SHOW;
    };
  }

  /** An operator may have put it back on its queue with RQ's tools. */
  private static Remedy retriable(RedisState state, RedisState own, boolean behind) {
    return switch (state) {
      case NONE, STOPPED, CANCELED -> LEAVE;
      case QUEUED, POPPED, SCHEDULED, DEFERRED -> behind ? SHOW : CLIENT;
      case FAILED -> own == RedisState.FAILED ? LEAVE : SHOW;
      case UNLISTED, STARTED, UNWATCHED, FINISHED, CREATED, STRAY -> SHOW;
    };
  }
}
