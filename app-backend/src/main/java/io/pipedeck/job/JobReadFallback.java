package io.pipedeck.job;

import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobView;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs are read while PostgreSQL is away. Its answers say where they come from ({@link
 * JobView#source}) and may be a little old; an empty one means that it can't tell, not that there
 * is no such job.
 */
public interface JobReadFallback {
  /** There is nowhere else to read. */
  JobReadFallback NONE =
      new JobReadFallback() {
        @Override
        public Optional<JobView> view(UUID id) {
          return Optional.empty();
        }

        @Override
        public Optional<JobPage> recent(
            JobPage.Filters filters, int limit, @Nullable Cursor before) {
          return Optional.empty();
        }
      };

  /** The whole job, without its waiting reason. */
  Optional<JobView> view(UUID id);

  /** A page of {@link JobService#recent}. */
  Optional<JobPage> recent(JobPage.Filters filters, int limit, @Nullable Cursor before);
}
