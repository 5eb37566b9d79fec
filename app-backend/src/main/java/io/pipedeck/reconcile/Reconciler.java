package io.pipedeck.reconcile;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Backlog;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobLists;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.queue.ShownJobs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's rounds: each second it queues what is due, every five it takes jobs away from
 * workers whose lease ran out, every ten it looks for drift between PostgreSQL and Redis ({@link
 * Sweep}); in between it fills the windows of the queues ({@link Feeder}).
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final int AT_ONCE = 1_000;
  private static final Duration SPOOLS_WITHIN = Duration.ofSeconds(105);

  private final Database database;
  private final JobStore store = new JobStore();
  private final JobLists lists = new JobLists();
  private final Backlog backlog = new Backlog();
  private final Nodes nodes = new Nodes();
  private final @Nullable RedisSide redis;
  private final JobEvents events;
  private final Rhythm rhythm;
  private final Leader leader;
  private final Rescuer rescuer;
  private final @Nullable Drift drift;
  private final Heals heals;
  private final String identity;
  private final @Nullable Sweep sweep;
  private final @Nullable Feeder feeder;
  private final CountDownLatch stopping = new CountDownLatch(1);

  // Platform threads, as all that go round for ever: a virtual one's wait with a time-out costs
  // several wake-ups of its scheduler and pollers, these one.
  private final Thread thread =
      Thread.ofPlatform().daemon().name("pipedeck-reconciler").unstarted(this::run);
  private final Thread feeding =
      Thread.ofPlatform().daemon().name("pipedeck-feeder").unstarted(this::feed);
  private volatile boolean leading;
  private volatile boolean quarantineWaits;
  private long round;
  private long rescueFromNanos = System.nanoTime();
  private boolean outage;
  private boolean queueOutage;

  /**
   * How often things are done.
   *
   * @param rescueEvery rounds between looks for lost workers
   * @param sweepEvery rounds between looks for drift
   * @param grace how long nobody is taken for lost after PostgreSQL was away: living workers renew
   *     their leases meanwhile
   */
  record Rhythm(Duration round, int rescueEvery, int sweepEvery, Duration grace, Leader.Term term) {
    static final Rhythm NORMAL =
        new Rhythm(Duration.ofSeconds(1), 5, 10, Duration.ofSeconds(15), Leader.Term.NORMAL);
  }

  /** Between two looks of the feeder: while there is something to feed, lately was, and wasn't. */
  private static final Duration FEED_AGAIN = Duration.ofMillis(20);

  private static final Duration FEED_LOOK = Duration.ofMillis(250);

  private static final Duration FEED_REST = Duration.ofSeconds(1);

  /** How long lately is. */
  private static final Duration FEEDING = Duration.ofSeconds(10);

  /**
   * Who this is.
   *
   * @param identity unique to this start of this process
   * @param oomKills how often the system's out-of-memory killer has struck on this host
   */
  public record Self(String identity, String host, LongSupplier oomKills) {}

  /**
   * Redis, as far as the reconciler knows it.
   *
   * @param clients what RQ's clients did to jobs there
   * @param foreign copies what became of the jobs that Python workers run
   */
  public record RedisSide(
      RedisQueue queue, QueueWindow window, ShownJobs shown, RqOutbox clients, Runnable foreign) {}

  /**
   * A reconciler that does nothing until {@link #start}.
   *
   * @param redis null where there is none
   */
  public Reconciler(
      Database database,
      @Nullable RedisSide redis,
      JobEvents events,
      Turns.Shares shares,
      Self self) {
    this(database, redis, events, shares, self, Rhythm.NORMAL);
  }

  Reconciler(
      Database database,
      @Nullable RedisSide redis,
      JobEvents events,
      Turns.Shares shares,
      Self self,
      Rhythm rhythm) {
    this.database = database;
    this.redis = redis;
    this.events = events;
    this.rhythm = rhythm;
    this.leader = new Leader(database, self.identity(), rhythm.term());
    var heals = new Heals(database);
    this.rescuer = new Rescuer(database, self.host(), self.oomKills(), heals);
    this.sweep = redis == null ? null : new Sweep(database, redis, events, shares, heals);
    this.drift = redis == null ? null : drift(database, redis);
    this.heals = heals;
    this.identity = self.identity();
    this.feeder =
        redis == null ? null : new Feeder(database, redis.queue(), redis.window(), shares);
  }

  private static Drift drift(Database database, RedisSide redis) {
    return new Drift(
        database, redis.queue(), redis.shown(), new Walk(database, redis.window(), redis.shown()));
  }

  /** Begins its rounds. */
  public void start() {
    thread.start();
    if (feeder != null) {
      feeding.start();
    }
  }

  private void run() {
    try {
      while (!stopping.await(rhythm.round().toMillis(), TimeUnit.MILLISECONDS)) {
        roundOrWait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void roundOrWait() {
    try {
      round();
      outage = false;
    } catch (DatabaseException e) {
      rescueFromNanos = System.nanoTime() + rhythm.grace().toNanos();
      if (!outage) {
        outage = true;
        LOG.warn("The reconciler waits: {}", e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("The reconciler met a bug; it goes on", e);
    }
  }

  private void round() {
    leading = leader.leads();
    if (!leading) {
      if (sweep != null) {
        sweep.forget();
      }
      if (drift != null) {
        drift.forget();
      }
      return;
    }
    round++;
    Backlog.Chores chores = database.inStatement(backlog::chores);
    quarantineWaits = chores.quarantined();
    if (chores.due()) {
      List<Job> due = database.inTransaction(tx -> store.queueDue(tx, AT_ONCE));
      show(due, due);
    }
    if (chores.counted()) {
      database.inTransaction(lists::foldCounters);
    }
    if (round % rhythm.rescueEvery() == 0 && mayRescue()) {
      Rescuer.Rescued rescued = rescuer.rescue();
      show(rescued.changed(), rescued.queued());
    }
    if (round % rhythm.sweepEvery() == 0) {
      database.inStatement(nodes::forgetOld);
      if (sweep != null && drift != null) {
        Sweep missed = sweep;
        Drift differing = drift;
        withQueue(() -> compare(differing, missed));
      }
      if (redis != null) {
        withQueue(redis.foreign());
      }
    }
  }

  private void compare(Drift differing, Sweep missed) {
    Drift.Found found = differing.run();
    heals.mended(Heals.Kind.SHOWN_AGAIN, found.shownAgain().times(), found.shownAgain().example());
    heals.mended(Heals.Kind.ORPHAN_CLEARED, found.cleared().times(), found.cleared().example());
    int missing = missed.run();
    if (missing > 0) {
      found.kinds().merge("queued_shown_none", missing, Math::max);
    }
    database.inStatement(
        tx -> LastSweep.write(tx, identity, found.looked(), found.kinds(), found.orphans()));
  }

  /**
   * After PostgreSQL was away living workers first renew their leases and bring in what they hold;
   * at the longest {@link #SPOOLS_WITHIN} is waited for their spools.
   */
  private boolean mayRescue() {
    long since = System.nanoTime() - rescueFromNanos;
    return since >= 0
        && (since > SPOOLS_WITHIN.toNanos() || database.inStatement(nodes::spooled) == 0);
  }

  /**
   * Tells those who watch, and Redis; what Redis misses now the sweep mends.
   *
   * @param queued those of the changed ones that wait on their queues
   */
  private void show(List<Job> changed, List<Job> queued) {
    if (changed.isEmpty()) {
      return;
    }
    events.changed(changed.stream().map(JobViews::change).toList());
    RedisSide side = redis;
    if (side != null) {
      withQueue(
          () -> {
            side.queue().feed(queued);
            changed.stream()
                .filter(job -> job.status() == JobStatus.FAILED)
                .forEach(job -> side.queue().failed(job, "", String.valueOf(job.error())));
          });
    }
  }

  private void withQueue(Runnable call) {
    try {
      call.run();
      queueOutage = false;
    } catch (QueueUnavailableException e) {
      if (!queueOutage) {
        queueOutage = true;
        LOG.warn("The reconciler waits for the queue: {}", e.getMessage());
      }
    }
  }

  private void feed() {
    boolean led = false;
    long round = 0;
    try {
      Duration pause = FEED_REST;
      long fedNanos = System.nanoTime() - FEEDING.toNanos();
      while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        if (leading && !led && feeder != null) {
          feeder.restart();
        }
        led = leading;
        if (leading && fedMore(round++)) {
          fedNanos = System.nanoTime();
          pause = FEED_AGAIN;
        } else {
          boolean lately = System.nanoTime() - fedNanos < FEEDING.toNanos();
          pause = lately ? FEED_LOOK : FEED_REST;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Now and then it begins anew, for jobs that were queued again behind its back. */
  private boolean fedMore(long round) {
    if (feeder == null) {
      return false;
    }
    try {
      if (round % 100 == 0) {
        feeder.restart();
      }
      if (round % 2 == 0 && quarantineWaits) {
        feeder.feedQuarantine();
      }
      return feeder.feed();
    } catch (DatabaseException | QueueUnavailableException e) {
      LOG.debug("Nothing fed now", e);
    } catch (RuntimeException e) {
      LOG.error("The feeder met a bug; it goes on", e);
    }
    return false;
  }

  /** Ends after the round under way. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      boolean _ = !feeding.isAlive() || feeding.join(Duration.ofSeconds(5));
      if (!thread.isAlive() || thread.join(Duration.ofSeconds(5))) {
        leader.resign();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseException e) {
      LOG.debug("Leadership not resigned; it will run out", e);
    }
  }
}
