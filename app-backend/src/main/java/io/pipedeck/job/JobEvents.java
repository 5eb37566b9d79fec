package io.pipedeck.job;

import io.pipedeck.api.JobEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears of changed jobs after their commit, to tell those who watch. Must not block for long nor
 * fail.
 */
@FunctionalInterface
public interface JobEvents {
  /** Nobody watches. */
  JobEvents NONE = _ -> {};

  /** These jobs changed. */
  void changed(List<Change> changes);

  /** A changed job and the realm that may hear of it. */
  record Change(@Nullable String realm, JobEvent event) {}
}
