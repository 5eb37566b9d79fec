package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ConsistencyView;
import io.pipedeck.api.PipedeckClient;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code GET /admin/consistency}, from outside. */
class ConsistencyContractTest {
  @AfterAll
  static void theBackendMetNoBug() {
    SharedBackend.checkLog();
  }

  @Test
  void tellsLeaderSweepHealsAndNodes() throws Exception {
    try (var client = new PipedeckClient(SharedBackend.url(), null)) {
      ConsistencyView view =
          Await.value(
              "a sweep",
              client::consistency,
              it -> it.lastSweep() != null && !it.nodes().isEmpty());

      var leader = Objects.requireNonNull(view.leader());
      var sweep = Objects.requireNonNull(view.lastSweep());
      assertThat(leader.leads()).isTrue();
      assertThat(leader.epoch()).isPositive();
      assertThat(leader.since()).isBeforeOrEqualTo(view.at());
      assertThat(sweep.at()).isBeforeOrEqualTo(view.at());
      assertThat(view.spoolDepth()).isZero();
      assertThat(view.mirror()).isNull();
      assertThat(view.nodes())
          .anySatisfy(
              node -> {
                assertThat(node.identity()).isEqualTo(leader.identity());
                assertThat(node.queues()).contains("default");
                assertThat(node.alive()).isTrue();
              });
    }
  }

  @Test
  void hasTheNamesThatTheDocumentTells() throws Exception {
    try (var client = new PipedeckClient(SharedBackend.url(), null);
        var calls = new Calls(SharedBackend.url())) {
      Await.value("a leader", client::consistency, it -> it.leader() != null);
      assertThat(calls.get("/admin/consistency").members())
          .contains("at", "leader", "heals", "rescues", "spool_depth", "nodes")
          .isSubsetOf(
              "at",
              "leader",
              "last_sweep",
              "heals",
              "last_heal_at",
              "rescues",
              "spool_depth",
              "mirror",
              "nodes");
    }
  }
}
