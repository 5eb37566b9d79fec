package io.pipedeck.job;

import io.pipedeck.api.JobStatus;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the queue, and those who watch, what was committed. If the queue can't be told the
 * reconciler will.
 */
record Announcements(JobQueue queue, JobEvents events) {
  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

  /** New jobs. */
  void added(List<Job> jobs) {
    List<Job> queued = jobs.stream().filter(job -> job.status() == JobStatus.QUEUED).toList();
    if (!queued.isEmpty()) {
      tellQueue(it -> it.push(queued));
    }
    events.changed(jobs.stream().map(JobViews::change).toList());
  }

  /**
   * A job that has changed.
   *
   * @param call what the queue hears of it, after those who watch
   */
  void changed(Job job, Consumer<JobQueue> call) {
    events.changed(List.of(JobViews.change(job)));
    tellQueue(call);
  }

  private void tellQueue(Consumer<JobQueue> call) {
    try {
      call.accept(queue);
    } catch (QueueUnavailableException e) {
      LOG.debug("The queue was not told; the reconciler will", e);
    }
  }
}
