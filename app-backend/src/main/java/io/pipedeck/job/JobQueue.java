package io.pipedeck.job;

import java.util.List;

/**
 * The distribution of waiting jobs to workers: a rebuildable index over what PostgreSQL says. Every
 * method may fail as unavailable without harm: the reconciler mends what was missed.
 */
public interface JobQueue {
  /**
   * Makes these queued jobs visible to workers; one that is there already stays where it is. Where
   * many wait, new ones stay in PostgreSQL until it is their turn.
   *
   * @throws QueueUnavailableException if the queue can't be reached
   */
  void push(List<Job> jobs);

  /**
   * As {@link #push}, for jobs that have waited already: they don't queue up behind others in
   * PostgreSQL again.
   *
   * @throws QueueUnavailableException if the queue can't be reached
   */
  void feed(List<Job> jobs);

  /**
   * Takes a job out of the waiting line and marks it canceled there.
   *
   * @throws QueueUnavailableException if the queue can't be reached
   */
  void cancel(Job job);
}
