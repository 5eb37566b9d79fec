package io.pipedeck.job;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where this process keeps on its own disk what it accepts while PostgreSQL is away. What is kept
 * is durable when the call returns.
 */
public interface JobSpool {
  /** There is none. */
  JobSpool NONE =
      new JobSpool() {
        @Override
        public Optional<Job> keep(NewJob job) {
          return Optional.empty();
        }

        @Override
        public boolean keep(Ending ending) {
          return false;
        }

        @Override
        public Optional<Job> find(UUID id) {
          return Optional.empty();
        }

        @Override
        public Optional<Job> ofIdempotencyKey(@Nullable String realm, String key) {
          return Optional.empty();
        }
      };

  /**
   * Keeps a job.
   *
   * @return the job as it will be, see {@link Job#spooled}; empty if it can't be kept: the spool is
   *     full, or the document has a password, which is never kept here
   */
  Optional<Job> keep(NewJob job);

  /** Keeps how an attempt ended; false if it can't. */
  boolean keep(Ending ending);

  /** A job that is kept here. */
  Optional<Job> find(UUID id);

  /** The job that is kept here under this key of the realm. */
  Optional<Job> ofIdempotencyKey(@Nullable String realm, String key);
}
