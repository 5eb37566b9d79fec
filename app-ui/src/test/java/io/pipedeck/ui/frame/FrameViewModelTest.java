package io.pipedeck.ui.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.ui.contract.Line;
import io.pipedeck.ui.contract.Words;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameViewModelTest {
  private final Line line = new Line();
  private final FrameViewModel frame = new FrameViewModel(line.connection, line.tasks, Words.JOBS);

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void theStartShowsTheBackendsStepsUntilItIsReached() {
    frame.starting();
    frame.startLine("Unpacking PostgreSQL");
    frame.startLine("  ");
    frame.startLine("Migrating the database ");
    assertThat(frame.startLines())
        .containsExactly("Unpacking PostgreSQL", "Migrating the database");
    assertThat(frame.startProperty().get()).isEqualTo(FrameViewModel.StartState.RUNNING);

    line.live();
    assertThat(frame.startProperty().get()).isEqualTo(FrameViewModel.StartState.DONE);
    assertThat(frame.bannerProperty().get()).isInstanceOf(Banner.None.class);
  }

  @Test
  void aFailedStartKeepsItsOutputAndCanBeTriedAgain() {
    boolean[] again = {false};
    frame.onTryAgain(() -> again[0] = true);
    frame.starting();
    frame.startLine("Starting PostgreSQL");
    frame.startLine("No space left on device");
    frame.startFailed("No space left on device");
    assertThat(frame.startProperty().get()).isEqualTo(FrameViewModel.StartState.FAILED);
    assertThat(frame.startOutput()).isEqualTo("Starting PostgreSQL\nNo space left on device");

    frame.tryAgain();
    assertThat(again[0]).isTrue();
    assertThat(frame.startProperty().get()).isEqualTo(FrameViewModel.StartState.RUNNING);
  }

  @Test
  void aServerThatWasNeverReachedIsAFailedStartNotABanner() {
    line.stub.goAway();
    line.connection.connect(line.stub.url(), line.stub.token());
    line.tasks.await(
        "failed", () -> frame.startProperty().get() == FrameViewModel.StartState.FAILED);

    assertThat(frame.bannerProperty().get()).isInstanceOf(Banner.None.class);
    assertThat(frame.startProblemProperty().get()).startsWith("The backend can't be reached.");
  }

  @Test
  void aReturnOverPollingIsToldToo() {
    line.live();
    line.stub.serveEvents(false);
    line.tasks.await("polling", () -> frame.bannerProperty().get() instanceof Banner.Polling);

    line.stub.serveEvents(true);

    line.tasks.await("back", () -> frame.bannerProperty().get() instanceof Banner.Back);
  }

  @Test
  void aLostConnectionIsToldAndItsReturnForFiveSeconds() {
    line.live();
    line.stub.goAway();
    line.tasks.await("lost", () -> frame.bannerProperty().get() instanceof Banner.Lost);

    line.stub.comeBack();
    line.connection.tryNow();
    line.tasks.await("back", () -> frame.bannerProperty().get() instanceof Banner.Back);

    line.tasks.advance(Duration.ofSeconds(5));
    assertThat(frame.bannerProperty().get()).isInstanceOf(Banner.None.class);
  }
}
