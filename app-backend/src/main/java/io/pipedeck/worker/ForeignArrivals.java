package io.pipedeck.worker;

import io.pipedeck.job.Claim;
import io.pipedeck.queue.Popped;
import java.util.Optional;

/** What is done with an id that was popped and under which no job of ours waits. */
@FunctionalInterface
public interface ForeignArrivals {
  /**
   * Makes a job of ours of it, claimed for this worker, if it stands for a call that we can run.
   * Otherwise what has to be said about it in Redis is said, and the id is gone from there.
   *
   * @throws io.pipedeck.db.DatabaseException if PostgreSQL can't be reached: the id is back on its
   *     queue then
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  Optional<Claim> take(Popped popped, String worker);
}
