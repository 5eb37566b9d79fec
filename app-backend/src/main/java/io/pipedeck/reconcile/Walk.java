package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import io.pipedeck.job.StoredStates;
import io.pipedeck.job.StoredStates.Stored;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.ShownJobs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs a sweep looks at: a bounded number, in turn all of them. What waits, runs or is
 * scheduled is met by each sweep unless there is much of it; hashes that nothing points at are met
 * step by step, and all at once where something was amiss. For one thread.
 */
final class Walk {
  private static final int IDS_OF_A_LIST = 1_500;
  private static final int STEPS_OF_A_SET = 4;
  private static final int RUNNING = 2_000;
  private static final int KEYS_AT_ONCE = 500;
  private static final int STEPS = 10;
  private static final int STEPS_IN_A_HURRY = 400;

  private final Database database;
  private final QueueWindow window;
  private final ShownJobs shown;
  private final StoredStates states = new StoredStates();
  private final Map<String, String> cursors = new HashMap<>();
  private String hashes = ShownJobs.START;
  private @Nullable UUID running;

  Walk(Database database, QueueWindow window, ShownJobs shown) {
    this.database = database;
    this.window = window;
    this.shown = shown;
  }

  /**
   * The next jobs.
   *
   * @param hurry whether much is amiss
   * @return the queue of each id in Redis
   */
  Map<String, String> next(boolean hurry) {
    Map<String, String> queues = new LinkedHashMap<>();
    for (String name : window.names()) {
      queues.putAll(shown.listed(name, IDS_OF_A_LIST));
      members("wip " + name, queues, cursor -> shown.started(name, cursor));
      members("scheduled " + name, queues, cursor -> shown.scheduled(name, cursor));
    }
    running(queues);
    hashes(hurry ? STEPS_IN_A_HURRY : STEPS, queues);
    return queues;
  }

  private interface Stepping {
    ShownJobs.Step from(String cursor);
  }

  private void members(String name, Map<String, String> queues, Stepping stepping) {
    String cursor = cursors.getOrDefault(name, ShownJobs.START);
    for (int i = 0; i < STEPS_OF_A_SET; i++) {
      ShownJobs.Step step = stepping.from(cursor);
      queues.putAll(step.queues());
      cursor = step.cursor();
      if (cursor.equals(ShownJobs.START)) {
        break;
      }
    }
    cursors.put(name, cursor);
  }

  private void running(Map<String, String> queues) {
    UUID after = running;
    List<Stored> some = database.inStatement(tx -> states.running(tx, after, RUNNING));
    some.forEach(job -> queues.put(job.shownId(), job.queue()));
    running = some.size() < RUNNING ? null : some.getLast().id();
  }

  private void hashes(int steps, Map<String, String> queues) {
    for (int i = 0; i < steps; i++) {
      ShownJobs.Step step = shown.hashes(hashes, KEYS_AT_ONCE);
      queues.putAll(step.queues());
      hashes = step.cursor();
      if (hashes.equals(ShownJobs.START)) {
        return;
      }
    }
  }
}
