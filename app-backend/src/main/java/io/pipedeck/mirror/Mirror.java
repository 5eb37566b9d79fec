package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.mirror.Feed.Lag;
import io.pipedeck.mirror.FollowerLease.Report;
import io.pipedeck.mirror.MirrorStatus.State;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the primary with a second database, in one process at a time: whoever holds the lease
 * follows, the others look every second whether it ran out. An outage of either side is waited out.
 * {@link #start} and {@link #close} may be called from any thread.
 */
public final class Mirror implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
  private static final Duration TURN_ON_EVERY = Duration.ofSeconds(10);
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(30);
  private static final int FOLD_FROM = 50_000;

  /** A feed of this size is given up: a mirror that is away for good must not fill the disk. */
  private static final long LARGEST_FEED_BYTES = 4L << 30;

  private final Database primary;
  private final MirrorLogin login;
  private final String release;
  private final Feed feed;
  private final FeedSwitch feedSwitch;
  private final FollowerLease lease;
  private final Stalls stalls = new Stalls();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("pipedeck-mirror").unstarted(this::run);
  private @Nullable MirrorTarget target;
  private @Nullable Follower follower;
  private @Nullable Position reached;
  private Report report = new Report(State.STALLED, Lag.NONE, "The following process is starting.");
  private long epoch;
  private long keptNanos = System.nanoTime();
  private long triedNanos = System.nanoTime() - TURN_ON_EVERY.toNanos();
  private long foldedTo = FOLD_FROM;
  private boolean primaryAway;

  /**
   * A mirror that does nothing until {@link #start}.
   *
   * @param primary with the schema of this release
   * @param release of this program
   * @param self identity of this process
   */
  public Mirror(Database primary, MirrorLogin login, String release, String self) {
    this.primary = primary;
    this.login = login;
    this.release = release;
    this.feed = new Feed(primary);
    this.feedSwitch = new FeedSwitch(primary);
    this.lease = new FollowerLease(primary, self);
  }

  /** Begins to follow, or to wait for its turn. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      Duration pause = Duration.ZERO;
      while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = round();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One round; how long to wait for the next. */
  private Duration round() {
    try {
      if (!holdsLease()) {
        return AGAIN_AFTER;
      }
      boolean more = step();
      primaryAway = false;
      return more ? Duration.ZERO : IDLE;
    } catch (MirrorTarget.MovedOnException _) {
      letGo("The mirror was moved on by another process, or taken into use by itself.");
      return AGAIN_AFTER;
    } catch (MirrorException e) {
      stalled(e);
      return AGAIN_AFTER;
    } catch (DatabaseException e) {
      primaryAway(e);
      return AGAIN_AFTER;
    } catch (RuntimeException e) {
      LOG.error("The mirror met a bug; it tries again", e);
      forget();
      return AGAIN_AFTER;
    }
  }

  private boolean holdsLease() {
    if (lease.isDue()) {
      measure();
      long now = lease.renew(report);
      if (now != epoch) {
        forget();
        reached = null;
        epoch = now;
        if (now != 0) {
          LOG.info("This process follows with the mirror now");
        }
      }
    }
    return epoch != 0;
  }

  private boolean step() {
    if (target == null) {
      target = MirrorTarget.open(login, release);
    }
    if (follower == null) {
      follower = Follower.resume(primary, feed, target, feedIdentity());
    }
    boolean more = follower.step();
    reached = follower.position();
    State state = follower.isCopying() ? State.COPYING : State.FOLLOWING;
    String detail = follower.isCopying() ? follower.copied() + " jobs copied so far" : null;
    report = new Report(state, more ? report.lag() : Lag.NONE, detail);
    stalls.moved(report);
    keepHouse(target);
    return more;
  }

  private UUID feedIdentity() {
    return feedSwitch
        .identity()
        .or(this::turnOn)
        .orElseThrow(
            () ->
                new MirrorException(
                    "The change feed can't be turned on while a transaction that has written pipeline_jobs stays open.",
                    null));
  }

  /** Each try may hold all writers up for a moment. */
  private Optional<UUID> turnOn() {
    if (System.nanoTime() - triedNanos < TURN_ON_EVERY.toNanos()) {
      return Optional.empty();
    }
    Optional<UUID> identity = feedSwitch.turnOn();
    triedNanos = System.nanoTime();
    return identity;
  }

  /** The backlog is counted only where there is one, and not for every group. */
  private void measure() {
    if (reached != null && report.state() != State.COPYING) {
      boolean behind = report.state() == State.STALLED || reached.target() != null;
      Lag lag = behind || report.lag().rows() > 0 ? feed.behind(reached) : Lag.NONE;
      report = new Report(report.state(), lag, report.detail());
      stalls.measured(report);
    }
  }

  private void keepHouse(MirrorTarget mirror) {
    if (System.nanoTime() - keptNanos > HOUSEKEEPING.toNanos()) {
      keptNanos = System.nanoTime();
      foldedTo = FOLD_FROM;
      mirror.foldCounters();
    }
  }

  private void stalled(MirrorException e) {
    report = new Report(State.STALLED, report.lag(), e.getMessage());
    stalls.stopped(report);
    if (!e.dataError() && !e.unavailable()) {
      forget();
    }
    if (reached != null && System.nanoTime() - keptNanos > HOUSEKEEPING.toNanos()) {
      keptNanos = System.nanoTime();
      shrinkFeed(reached);
    }
  }

  private void shrinkFeed(Position position) {
    try {
      if (report.lag().rows() > 2 * foldedTo) {
        int folded = feed.fold(position);
        foldedTo = Math.max(FOLD_FROM, feed.behind(position).rows());
        LOG.info("{} changes that later ones replace were taken out of the feed", folded);
      }
      if (feed.sizeBytes() > LARGEST_FEED_BYTES && feedSwitch.turnOff()) {
        LOG.warn(
            "The change feed grew too large while the mirror was away and was turned off; the mirror is compared anew when it is back");
        forget();
        reached = null;
      }
    } catch (DatabaseException e) {
      primaryAway(e);
    }
  }

  private void primaryAway(DatabaseException e) {
    if (!primaryAway) {
      primaryAway = true;
      LOG.warn("The mirror waits for the primary: {}", e.getMessage());
    }
  }

  private void letGo(String why) {
    report = new Report(State.STALLED, report.lag(), why);
    stalls.stopped(report);
    forget();
  }

  private void forget() {
    follower = null;
    closeTarget();
  }

  private void closeTarget() {
    if (target != null) {
      target.close();
      target = null;
    }
  }

  /** Ends after the group under way; another process may follow at once. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      if (!thread.isAlive() || thread.join(Duration.ofSeconds(5))) {
        closeTarget();
        lease.resign();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseException e) {
      LOG.debug("The lease was not resigned; it will run out", e);
    }
  }
}
