package io.pipedeck.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ConsistencyView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsistencyChecksTest {
  private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

  private static ConsistencyView view(
      boolean leads, Instant sweptAt, long spool, String mirror, boolean alive) {
    return new ConsistencyView(
        NOW,
        new ConsistencyView.Leader("a.1", 3, NOW, leads),
        new ConsistencyView.Sweep(sweptAt, 12, Map.of("finished_shown_started", 2), 1),
        List.of(new ConsistencyView.Heal("shown_again", 4, NOW, "job")),
        NOW,
        5,
        spool,
        new ConsistencyView.Mirror(mirror, 7, 1.5, "No process follows."),
        List.of(
            new ConsistencyView.Node(
                "a.1", "host", 17, "0.1.0", List.of("default"), 2, NOW, NOW, alive, spool)));
  }

  @Test
  void allIsWell() {
    assertThat(ConsistencyChecks.of(view(true, NOW, 0, "following", true)))
        .allSatisfy(check -> assertThat(check.remedy()).isNull())
        .extracting(ConsistencyChecks.Check::name)
        .containsExactly("leader", "drift", "heals", "rescues", "spool", "mirror");
  }

  @Test
  void eachFaultHasItsRemedy() {
    var checks = ConsistencyChecks.of(view(false, NOW.minusSeconds(61), 9, "stalled", false));

    assertThat(checks.stream().filter(check -> check.remedy() != null))
        .extracting(ConsistencyChecks.Check::name)
        .containsExactly("leader", "drift", "spool", "mirror", "node a.1");
  }
}
