package io.pipedeck.ui.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.Counts;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.contract.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionTest {
  private final Line line = new Line();
  private int readAgain;

  @BeforeEach
  void listen() {
    line.connection.listen(
        new LiveListener() {
          @Override
          public void jobsChanged(List<JobEvent> events) {}

          @Override
          public void countsChanged(Counts counts) {}

          @Override
          public void readAgain() {
            readAgain++;
          }
        });
  }

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void readsEverythingAgainWhenTheStreamStands() {
    line.live();

    assertThat(readAgain).isEqualTo(1);
    assertThat(line.connection.lastContactProperty().get()).isEqualTo(line.tasks.now());
  }

  @Test
  void pollsEveryTwoSecondsWhileOnlyTheStreamIsDown() {
    line.live();
    line.stub.serveEvents(false);
    line.tasks.await("polling", () -> state() instanceof ConnectionState.Polling);
    assertThat(state().usable()).isTrue();
    int before = readAgain;

    line.tasks.advance(Duration.ofSeconds(6));

    assertThat(readAgain).isEqualTo(before + 3);
  }

  @Test
  void goesLiveAgainByItselfAndStopsPolling() {
    line.live();
    line.stub.serveEvents(false);
    line.tasks.await("polling", () -> state() instanceof ConnectionState.Polling);

    line.stub.serveEvents(true);
    line.tasks.await("live", () -> state() instanceof ConnectionState.Live);
    int before = readAgain;
    line.tasks.advance(Duration.ofSeconds(10));

    assertThat(readAgain).isEqualTo(before);
    assertThat(state()).isInstanceOf(ConnectionState.Live.class);
  }

  @Test
  void saysSinceWhenNothingWorksAndWhenItTriesAgain() {
    line.live();
    Instant lastHeard = line.tasks.now();
    line.tasks.advance(Duration.ofSeconds(7));
    line.stub.goAway();
    line.tasks.await("lost", () -> state() instanceof ConnectionState.Lost);

    var lost = (ConnectionState.Lost) state();
    assertThat(lost.usable()).isFalse();
    assertThat(lost.since()).isEqualTo(lastHeard);
    assertThat(lost.nextTry()).isAfterOrEqualTo(line.tasks.now());
    assertThat(lost.cause().code()).isEqualTo("unreachable");
  }

  @Test
  void resumesWhenTheBackendIsBack() {
    line.live();
    line.stub.goAway();
    line.tasks.await("lost", () -> state() instanceof ConnectionState.Lost);
    line.stub.comeBack();

    line.connection.tryNow();

    line.tasks.await("live", () -> state() instanceof ConnectionState.Live);
    assertThat(readAgain).isEqualTo(2);
  }

  @Test
  void aStreamThatIsSilentForThreeHeartbeatsIsOpenedAgain() {
    line.live();

    line.tasks.advance(Duration.ofSeconds(45));
    line.tasks.await("live again", () -> readAgain >= 3);

    assertThat(state()).isInstanceOf(ConnectionState.Live.class);
  }

  @Test
  void aHeartbeatCountsAsContact() {
    line.live();
    line.tasks.advance(Duration.ofSeconds(40));
    Instant beat = line.tasks.now();
    line.stub.heartbeat();
    line.tasks.await("contact", () -> beat.equals(line.connection.lastContactProperty().get()));

    line.tasks.advance(Duration.ofSeconds(40));

    assertThat(readAgain).isEqualTo(1);
  }

  @Test
  void aWrongTokenIsToldAsSuch() {
    line.connection.connect(line.stub.url(), "wrong");
    line.tasks.await("lost", () -> state() instanceof ConnectionState.Lost);

    assertThat(((ConnectionState.Lost) state()).cause().code()).isEqualTo("unauthorized");
  }

  @Test
  void beforeThereIsABackendCallsFailAsUnreachable() {
    assertThatThrownBy(line.connection::client)
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().code()).isEqualTo("unreachable"));
  }

  @Test
  void whileTheBackendIsGoneTryNowAsksWhoeverBringsItBack() {
    int[] asked = {0};
    line.connection.onTryNow(() -> asked[0]++);
    line.live();
    line.connection.lost(
        new Problem("about:blank", "", 0, "backend_ended", "", null, null, null),
        Duration.ofSeconds(2));

    line.connection.tryNow();

    assertThat(asked[0]).isEqualTo(1);
    assertThat(((ConnectionState.Lost) state()).nextTry())
        .isEqualTo(line.tasks.now().plusSeconds(2));
  }

  private ConnectionState state() {
    return line.connection.stateProperty().get();
  }
}
