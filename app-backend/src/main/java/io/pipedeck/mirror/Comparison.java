package io.pipedeck.mirror;

import io.pipedeck.mirror.MirrorVerify.Difference;
import io.pipedeck.mirror.MirrorVerify.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One comparison of two databases; for one thread, once. */
final class Comparison {
  private static final int RANGE = 20_000;
  private static final int PAGE = 1_000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  /** More differences are counted, not looked at again. */
  private static final int LOOKED_AT = 10_000;

  private final ComparedSide ours;
  private final ComparedSide theirs;
  private final MirrorVerify.Progress progress;
  private final Map<UUID, Kind> differences = new TreeMap<>(UuidOrder.BYTES);
  private long hereRows;
  private long thereRows;
  private long found;

  Comparison(ComparedSide ours, ComparedSide theirs, MirrorVerify.Progress progress) {
    this.ours = ours;
    this.theirs = theirs;
    this.progress = progress;
  }

  /**
   * Compares everything.
   *
   * @param settle how long the other side has to come to what differs
   */
  MirrorVerify.Result run(Duration settle) {
    long total = ours.estimate();
    Optional<UUID> from = Optional.empty();
    do {
      Optional<UUID> to = ours.idBehind(from, RANGE);
      compare(new IdRange(from, to));
      progress.at(hereRows, Math.max(total, hereRows));
      from = to;
    } while (from.isPresent());
    lookAgain(settle);
    List<Difference> stayed = new ArrayList<>();
    differences.forEach((id, kind) -> stayed.add(new Difference(id, kind)));
    return new MirrorVerify.Result(
        hereRows,
        thereRows,
        stayed,
        found,
        ours.tables().getFirst().from().stream().map(Shape.Column::name).toList());
  }

  private void compare(IdRange range) {
    ComparedSide.Digest here = ours.digest(range);
    ComparedSide.Digest there = theirs.digest(range);
    hereRows += here.rows();
    thereRows += there.rows();
    if (!here.equals(there)) {
      pages(range);
    }
  }

  /** Goes through a range on both sides, in steps that end at the same id. */
  private void pages(IdRange range) {
    Optional<UUID> after = range.after();
    do {
      List<NavigableMap<UUID, String>> here = ours.page(range.from(after), PAGE);
      List<NavigableMap<UUID, String>> there = theirs.page(range.from(after), PAGE);
      Optional<UUID> end =
          Stream.concat(here.stream(), there.stream())
              .filter(page -> page.size() == PAGE)
              .map(NavigableMap::lastKey)
              .min(UuidOrder.BYTES);
      compare(upTo(here, end), upTo(there, end));
      after = end;
    } while (after.isPresent());
  }

  private static Map<UUID, String> upTo(
      List<NavigableMap<UUID, String>> pages, Optional<UUID> end) {
    Map<UUID, String> all = new TreeMap<>(UuidOrder.BYTES);
    pages.forEach(page -> all.putAll(end.isEmpty() ? page : page.headMap(end.get(), true)));
    return all;
  }

  private void compare(Map<UUID, String> here, Map<UUID, String> there) {
    here.forEach(
        (id, hash) -> {
          String other = there.get(id);
          if (other == null) {
            add(id, Kind.ONLY_HERE);
          } else if (!hash.equals(other)) {
            add(id, Kind.DIFFERENT);
          }
        });
    there.keySet().stream()
        .filter(id -> !here.containsKey(id))
        .forEach(id -> add(id, Kind.ONLY_THERE));
  }

  private void add(UUID id, Kind kind) {
    found++;
    if (differences.size() < LOOKED_AT) {
      differences.put(id, kind);
    }
  }

  /** Drops what is equal by now, until all is or the time is over. */
  private void lookAgain(Duration settle) {
    var never = new CountDownLatch(1);
    long until = System.nanoTime() + settle.toNanos();
    boolean first = true;
    while (!differences.isEmpty() && (first || System.nanoTime() < until)) {
      if (!first && interrupted(never)) {
        return;
      }
      first = false;
      List<UUID> ids = List.copyOf(differences.keySet());
      for (int i = 0; i < ids.size(); i += PAGE) {
        lookAgain(ids.subList(i, Math.min(ids.size(), i + PAGE)));
      }
    }
  }

  private static boolean interrupted(CountDownLatch never) {
    try {
      return never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** A row that changes all the time is equal if the mirror has it as it was before or after. */
  private void lookAgain(List<UUID> ids) {
    Map<UUID, String> before = ours.of(ids);
    Map<UUID, String> mirrored = theirs.of(ids);
    Map<UUID, String> after = ours.of(ids);
    for (UUID id : ids) {
      String there = mirrored.get(id);
      if (Objects.equals(there, before.get(id)) || Objects.equals(there, after.get(id))) {
        settled(differences.remove(id), there != null);
      } else {
        differences.put(id, kind(after.get(id), there));
      }
    }
  }

  /** What was on one side only is on both now, or on none. */
  private void settled(@Nullable Kind was, boolean onBoth) {
    found--;
    if (was == Kind.ONLY_HERE) {
      hereRows -= onBoth ? 0 : 1;
      thereRows += onBoth ? 1 : 0;
    } else if (was == Kind.ONLY_THERE) {
      thereRows -= onBoth ? 0 : 1;
      hereRows += onBoth ? 1 : 0;
    }
  }

  private static Kind kind(@Nullable String ours, @Nullable String theirs) {
    if (ours == null) {
      return Kind.ONLY_THERE;
    }
    return theirs == null ? Kind.ONLY_HERE : Kind.DIFFERENT;
  }
}
