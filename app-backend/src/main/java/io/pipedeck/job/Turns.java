package io.pipedeck.job;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.pipedeck.job.Backlog.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose jobs come next on a queue: all realms that have waiting jobs take turns, each as often as
 * its share says, and none runs more at a time than its limit. Remembers how far each realm has
 * come and how many turns it had, so that few jobs at a time are shared out as fairly as many. For
 * one thread.
 */
public final class Turns {
  private static final UUID FIRST = new UUID(0, 0);

  private final Shares shares;
  private final Map<String, Map<String, Place>> reached = new HashMap<>();
  private final Map<String, Rounds> rounds = new HashMap<>();

  /**
   * What realms may have; a realm is written {@code ""} for none.
   *
   * @param weights how many turns a realm has while one that isn't named has one
   * @param limits how many jobs of a realm may run at a time; without a limit for one that isn't
   *     named
   */
  public record Shares(Map<String, Integer> weights, Map<String, Integer> limits) {
    /** All the same, without limits. */
    public static final Shares EQUAL = new Shares(Map.of(), Map.of());

    public Shares {
      weights = Map.copyOf(weights);
      limits = Map.copyOf(limits);
    }

    int weightOf(String realm) {
      return weights.getOrDefault(realm, 1);
    }

    /** Whether a realm's jobs may not start freely. */
    public boolean isLimited(@Nullable String realm) {
      return limits.containsKey(realm == null ? "" : realm);
    }
  }

  public Turns(Shares shares) {
    this.shares = shares;
  }

  /** Begins anew at the oldest job of each realm; whose turn it is stays. */
  public void restart() {
    reached.clear();
  }

  /** Goes back a little in a queue: a job may have been committed later than a younger one. */
  public void stepBack(String queue, Duration by) {
    Map<String, Place> places = reached.get(queue);
    if (places != null) {
      places.replaceAll((_, place) -> new Place(place.realm(), place.runAt().minus(by), FIRST, 0));
    }
  }

  /**
   * Where to look for the next jobs, the realm whose turn it is first. More than {@code most} in
   * all, since one may have nothing any more.
   *
   * @param running how many jobs of the realms with a limit run or are about to
   */
  public List<Place> next(
      String queue, Collection<String> realms, int most, Map<String, Integer> running) {
    long weights = realms.stream().mapToLong(shares::weightOf).sum();
    List<Place> places = new ArrayList<>();
    for (String realm : realms) {
      int turns = (int) Math.ceilDiv((long) most * shares.weightOf(realm), Math.max(1, weights));
      Integer limit = shares.limits().get(realm);
      int free = limit == null ? turns : Math.min(turns, limit - running.getOrDefault(realm, 0));
      if (free > 0) {
        Place place = placeOf(queue, realm);
        places.add(new Place(realm, place.runAt(), place.id(), free));
      }
    }
    places.sort(Comparator.comparingDouble(place -> roundsOf(queue).of(place.realm())));
    return places;
  }

  private Rounds roundsOf(String queue) {
    return rounds.computeIfAbsent(queue, _ -> new Rounds(shares));
  }

  private Place placeOf(String queue, String realm) {
    return reached
        .computeIfAbsent(queue, _ -> new HashMap<>())
        .getOrDefault(realm, new Place(realm, Instant.EPOCH, FIRST, 0));
  }

  /** Remembers that these jobs had their turn. */
  public void took(List<Job> jobs) {
    for (Job job : jobs) {
      String realm = job.realm() == null ? "" : job.realm();
      Place now = placeOf(job.queue(), realm);
      var place = new Place(realm, job.runAt(), job.id(), 0);
      if (isBehind(place, now)) {
        reached.computeIfAbsent(job.queue(), _ -> new HashMap<>()).put(realm, place);
      }
    }
    jobs.stream()
        .collect(
            groupingBy(
                Job::queue, groupingBy(job -> job.realm() == null ? "" : job.realm(), counting())))
        .forEach((queue, taken) -> roundsOf(queue).took(taken));
  }

  private static boolean isBehind(Place place, Place other) {
    int byTime = place.runAt().compareTo(other.runAt());
    return byTime == 0 ? place.id().toString().compareTo(other.id().toString()) > 0 : byTime > 0;
  }

  /**
   * How many rounds the realms of a queue have had: a turn is a whole one, or a part of one where a
   * realm has more than one in each. Who had nothing waiting has no turns to make up for.
   */
  private static final class Rounds {
    private final Shares shares;
    private final Map<String, Double> had = new HashMap<>();
    private double now;

    Rounds(Shares shares) {
      this.shares = shares;
    }

    double of(String realm) {
      return Math.max(now, had.getOrDefault(realm, now));
    }

    void took(Map<String, Long> taken) {
      double reached = Double.MAX_VALUE;
      for (Map.Entry<String, Long> turns : taken.entrySet()) {
        double turn = 1.0 / shares.weightOf(turns.getKey());
        double next = of(turns.getKey()) + turns.getValue() * turn;
        had.put(turns.getKey(), next);
        reached = Math.min(reached, next - turn);
      }
      now = Math.max(now, reached);
    }
  }
}
