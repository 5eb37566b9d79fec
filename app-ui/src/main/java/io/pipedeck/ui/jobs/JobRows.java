package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * The loaded rows, newest first. Answers are merged by id: a row stays the same object at its
 * place, so that selection, focus and scroll survive.
 */
final class JobRows {
  private final ObservableList<JobRow> rows = FXCollections.observableArrayList();
  private final Map<UUID, JobRow> byId = new HashMap<>();
  private final Map<UUID, JobView> held = new LinkedHashMap<>();
  private final Set<UUID> changedSinceAsked = new HashSet<>();

  ObservableList<JobRow> list() {
    return rows;
  }

  @Nullable JobRow find(UUID id) {
    return byId.get(id);
  }

  /** How many new jobs wait above the view. */
  int held() {
    return held.size();
  }

  void clear() {
    rows.clear();
    byId.clear();
    held.clear();
  }

  /** A list is being asked for: what events change from now on is newer than its answer. */
  void asked() {
    changedSinceAsked.clear();
  }

  /**
   * Takes over an event.
   *
   * @return whether the job changed in a way that only the list can tell
   */
  boolean apply(JobEvent event, JobFilter filter, Instant now) {
    JobRow row = byId.get(event.id());
    if (row == null) {
      return filter.admits(event.status());
    }
    changedSinceAsked.add(event.id());
    return row.apply(event, now);
  }

  /**
   * Merges the first page.
   *
   * @param keep the selected job, which stays, greyed, when it left the list
   * @param hold whether new jobs wait above the view instead of moving it
   */
  void mergeFirst(JobPage page, @Nullable UUID keep, boolean hold) {
    Set<UUID> inPage = page.jobs().stream().map(JobView::id).collect(Collectors.toSet());
    dropThoseThatLeft(page, inPage, keep);
    held.keySet().retainAll(inPage);
    JobView top = rows.isEmpty() ? null : rows.getFirst().job();
    List<JobView> fresh = new ArrayList<>();
    for (JobView job : page.jobs()) {
      JobRow row = byId.get(job.id());
      if (row != null) {
        if (!changedSinceAsked.contains(job.id())) {
          row.update(job);
        }
      } else if (hold && top != null && JobRow.NEWEST_FIRST.compare(job, top) < 0) {
        held.put(job.id(), job);
      } else {
        fresh.add(job);
      }
    }
    insert(fresh);
  }

  /** Adds an older page below. */
  void append(JobPage page) {
    insert(page.jobs().stream().filter(job -> !byId.containsKey(job.id())).toList());
  }

  /** Brings in the new jobs that waited above the view. */
  void showHeld() {
    List<JobView> fresh = List.copyOf(held.values());
    held.clear();
    insert(fresh);
  }

  /** Removes a row that had only stayed because it was selected. */
  void release(UUID id) {
    JobRow row = byId.get(id);
    if (row != null && row.goneProperty().get()) {
      byId.remove(id);
      rows.remove(row);
    }
  }

  private void insert(List<JobView> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    List<JobRow> fresh = new ArrayList<>();
    for (JobView job : jobs) {
      var row = new JobRow(job);
      byId.put(job.id(), row);
      fresh.add(row);
    }
    fresh.sort((a, b) -> JobRow.NEWEST_FIRST.compare(a.job(), b.job()));
    // Usually all of them belong at one place: the top, or the end. One change there, not many.
    int first = placeOf(fresh.getFirst());
    if (first == placeOf(fresh.getLast())) {
      rows.addAll(first, fresh);
    } else {
      fresh.forEach(row -> rows.add(placeOf(row), row));
    }
  }

  private int placeOf(JobRow row) {
    int found =
        Collections.binarySearch(
            rows, row, (a, b) -> JobRow.NEWEST_FIRST.compare(a.job(), b.job()));
    return found < 0 ? -found - 1 : found;
  }

  private void dropThoseThatLeft(JobPage page, Set<UUID> inPage, @Nullable UUID keep) {
    List<JobRow> left = new ArrayList<>();
    for (JobRow row : rows) {
      if (inPage.contains(row.id()) || !covers(page, row.job())) {
        continue;
      }
      if (row.id().equals(keep)) {
        row.goneProperty().set(true);
      } else {
        left.add(row);
      }
    }
    left.forEach(row -> byId.remove(row.id()));
    rows.removeAll(left);
  }

  /** Whether the page would name the job if it were still in the list. */
  private static boolean covers(JobPage page, JobView job) {
    return page.next() == null
        || page.jobs().isEmpty()
        || JobRow.NEWEST_FIRST.compare(job, page.jobs().getLast()) < 0;
  }
}
