package io.pipedeck.reconcile;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.AdoptedJobs;
import io.pipedeck.job.ForeignRows.Seen;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobViews;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.queue.RqOutbox.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What RQ's clients and workers did to jobs of ours that wait: one that was canceled in Redis is
 * canceled, one that a Python worker of a shared queue ran is recorded, one that it runs is left to
 * it. Redis must know the row's own rev for that: with an older one it only missed the news.
 */
final class ClientDeeds {
  private static final Logger LOG = LoggerFactory.getLogger(ClientDeeds.class);

  private final Database database;
  private final RqOutbox clients;
  private final RedisQueue queue;
  private final JobEvents events;
  private final JobStore store = new JobStore();
  private final AdoptedJobs adopted = new AdoptedJobs();

  ClientDeeds(Database database, RqOutbox clients, RedisQueue queue, JobEvents events) {
    this.database = database;
    this.clients = clients;
    this.queue = queue;
    this.events = events;
  }

  /**
   * Follows what was done.
   *
   * @param waiting jobs that their queues in Redis don't show
   * @return those that nobody did anything to
   */
  List<Job> follow(List<Job> waiting) {
    Map<String, State> states =
        waiting.isEmpty()
            ? Map.of()
            : clients.states(waiting.stream().map(Job::idInRedis).toList());
    List<Job> untouched = new ArrayList<>();
    for (Job job : waiting) {
      State state = states.get(job.idInRedis());
      if (state == null || state.rev() != job.rev() || !followed(job, state)) {
        untouched.add(job);
      }
    }
    return untouched;
  }

  private boolean followed(Job job, State state) {
    return switch (state.status()) {
      case "canceled", "stopped" -> {
        canceled(job);
        yield true;
      }
      // Abandoned ones of RQ's own are cleaned up; a native one nobody else would.
      case "started" -> Adopted.is(job);
      case "finished", "failed" -> {
        ran(job, state);
        yield true;
      }
      default -> false;
    };
  }

  private void canceled(Job job) {
    Optional<Job> done = database.inTransaction(tx -> store.cancel(tx, job.id(), job.status()));
    done.ifPresent(
        it -> {
          LOG.info("Job {} canceled: a client did so in Redis", it.id());
          queue.cancel(it);
          tell(it);
        });
  }

  private void ran(Job job, State state) {
    boolean well = state.status().equals("finished");
    var seen =
        new Seen(
            well ? JobStatus.FINISHED : JobStatus.FAILED,
            state.startedAt(),
            state.endedAt(),
            state.worker(),
            state.result(),
            well ? null : state.error(),
            well ? null : ErrorCode.INTERNAL_ERROR);
    database
        .inTransaction(tx -> adopted.ranInPython(tx, job, seen))
        .ifPresent(
            it -> {
              LOG.info("Job {} was run by the Python worker {}", it.id(), state.worker());
              tell(it);
            });
  }

  private void tell(Job changed) {
    events.changed(List.of(JobViews.change(changed)));
  }
}
