package io.pipedeck.queue;

/**
 * The keys in Redis. RQ's own, except those that begin with {@code pipedeck:}. Scripts build the
 * same names.
 *
 * <p>Job ids stand alone in lists and sorted sets; queues and workers stand in their sets with the
 * full key.
 */
final class QueueKeys {
  /** Set of {@code rq:queue:<name>}; never expires. */
  static final String QUEUES = "rq:queues";

  /** Set of {@code rq:worker:<name>}. */
  static final String WORKERS = "rq:workers";

  /**
   * Set of the queues of which more jobs wait in PostgreSQL than their windows hold; kept by the
   * push script and the feeder.
   */
  static final String BACKLOG = "pipedeck:backlog";

  /**
   * How many bytes finished jobs took in all, shown or not: what {@link RedisBudget} tells from how
   * fast more come. Counted by the scripts {@code finish} and {@code hide}.
   */
  static final String FINISHED_BYTES = "pipedeck:finished_bytes";

  /** Is missing after Redis was emptied; written by the reconciler. */
  static final String EPOCH = "pipedeck:epoch";

  /** Is there while RQ's tools have suspended all workers. */
  static final String SUSPENDED = "rq:suspended";

  private QueueKeys() {}

  /** List of waiting job ids; pushed right, popped left. */
  static String queue(String queue) {
    return "rq:queue:" + queue;
  }

  /** List of ids between the pop and the start; milliseconds. */
  static String intermediate(String queue) {
    return "rq:queue:" + queue + ":intermediate";
  }

  /** Hash of one job; kept {@code result_ttl} or {@code failure_ttl} seconds after its end. */
  static String job(String id) {
    return "rq:job:" + id;
  }

  /** Sorted set of started jobs; score = epoch second after which one counts as abandoned. */
  static String wip(String queue) {
    return "rq:wip:" + queue;
  }

  /** Sorted set of finished jobs; score = epoch second of expiry. */
  static String finished(String queue) {
    return "rq:finished:" + queue;
  }

  /** Sorted set of failed jobs; score = epoch second of expiry. */
  static String failed(String queue) {
    return "rq:failed:" + queue;
  }

  /** Sorted set of scheduled jobs; score = epoch second of the start. */
  static String scheduled(String queue) {
    return "rq:scheduled:" + queue;
  }

  /** Stream of a job's results, newest last. */
  static String results(String id) {
    return "rq:results:" + id;
  }

  /** Hash of one worker; expires when its heartbeat stops. */
  static String worker(String name) {
    return "rq:worker:" + name;
  }

  /** Set of the workers of a queue. */
  static String workersOf(String queue) {
    return "rq:workers:" + queue;
  }
}
