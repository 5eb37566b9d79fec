package io.pipedeck.cli;

import io.pipedeck.api.ConsistencyView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code doctor} says of a backend's stores, each with what to do about it. */
final class ConsistencyChecks {
  /** Six sweeps. */
  private static final Duration SWEPT_WITHIN = Duration.ofMinutes(1);

  private ConsistencyChecks() {}

  /**
   * One of them.
   *
   * @param remedy what to do, null where all is well
   */
  record Check(String name, String what, @Nullable String remedy) {}

  static List<Check> of(ConsistencyView view) {
    List<Check> checks = new ArrayList<>();
    checks.add(leader(view.leader()));
    ConsistencyView.Sweep sweep = view.lastSweep();
    if (sweep != null) {
      checks.add(sweep(sweep, view));
    }
    checks.add(heals(view));
    checks.add(rescues(view));
    checks.add(spool(view.spoolDepth()));
    ConsistencyView.Mirror mirror = view.mirror();
    if (mirror != null) {
      checks.add(mirror(mirror));
    }
    view.nodes().stream()
        .filter(node -> !node.alive())
        .map(ConsistencyChecks::silent)
        .forEach(checks::add);
    return checks;
  }

  private static Check leader(ConsistencyView.@Nullable Leader leader) {
    if (leader == null || !leader.leads()) {
      return new Check(
          "leader",
          leader == null ? "nobody ever led" : leader.identity() + " does not lead any more",
          "start a process with workers: pipedeck serve, or pipedeck worker");
    }
    return new Check(
        "leader",
        leader.identity() + " since " + leader.since() + ", epoch " + leader.epoch(),
        null);
  }

  private static Check sweep(ConsistencyView.Sweep sweep, ConsistencyView view) {
    if (sweep.at().plus(SWEPT_WITHIN).isBefore(view.at())) {
      return new Check(
          "drift",
          "the stores were last compared at " + sweep.at(),
          "check that Redis can be reached from the leader, and its log");
    }
    String found =
        sweep.drift().isEmpty()
            ? "none"
            : sweep.drift() + ", of these orphans: " + sweep.orphans() + "; mended within 30 s";
    return new Check(
        "drift", found + " (" + sweep.looked() + " jobs compared at " + sweep.at() + ")", null);
  }

  private static Check heals(ConsistencyView view) {
    return new Check(
        "heals",
        view.lastHealAt() == null
            ? "nothing was mended so far"
            : "last one "
                + view.lastHealAt()
                + ": "
                + view.heals().getFirst().kind()
                + " ("
                + view.heals().getFirst().example()
                + ")",
        null);
  }

  private static Check rescues(ConsistencyView view) {
    return new Check("rescues", view.rescues() + " jobs taken from lost workers so far", null);
  }

  private static Check spool(long depth) {
    return depth == 0
        ? new Check("spool", "empty", null)
        : new Check(
            "spool",
            depth + " changes wait for PostgreSQL",
            "check PostgreSQL, and keep the nodes running that hold them: they write them by themselves");
  }

  private static Check mirror(ConsistencyView.Mirror mirror) {
    String what =
        "%s, %d rows and %.1f s behind"
            .formatted(mirror.state(), mirror.lagRows(), mirror.lagSeconds());
    return mirror.state().equals("stalled")
        ? new Check(
            "mirror", what, mirror.detail() == null ? "check MIRROR_DATABASE_URL" : mirror.detail())
        : new Check("mirror", what, null);
  }

  private static Check silent(ConsistencyView.Node node) {
    return new Check(
        "node " + node.identity(),
        "gave no sign of life since " + node.seenAt(),
        "look at process "
            + node.pid()
            + " on "
            + node.host()
            + "; if it is gone, its jobs run again elsewhere and it is forgotten after a day");
  }
}
