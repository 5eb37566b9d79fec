package io.pipedeck.ui.connection;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobEvent;
import java.util.List;

/** Hears what changed in the backend; called on the UI thread. */
public interface LiveListener {
  /** These jobs changed. */
  void jobsChanged(List<JobEvent> events);

  /** The counts over all jobs changed. */
  void countsChanged(Counts counts);

  /** Anything may have changed: read again what is shown. */
  void readAgain();
}
