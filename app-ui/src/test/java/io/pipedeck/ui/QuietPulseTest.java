package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.glass.ui.Timer;
import com.sun.javafx.tk.Toolkit;
import io.pipedeck.api.JobStatus;
import io.pipedeck.ui.QuietPulse.PausingTimer;
import io.pipedeck.ui.contract.Documents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.stage.PopupWindow;
import javafx.stage.Stage;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;

class QuietPulseTest {
  private static final long PATIENCE_SECONDS = 30;

  @Test
  void javaFxPausesItsPulseWhileNothingChangesAndDrawsTheNextChange() throws Exception {
    FxRig.startToolkit();
    Label label = FxRig.onFx(() -> new Label("still"));
    Stage stage = FxRig.onFx(Stage::new);
    try {
      FxRig.run(() -> show(stage, label));
      var watched = FxRig.onFx(Watched::installed);
      CountDownLatch paused = FxRig.onFx(watched::nextPause);
      assertThat(paused.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("paused").isTrue();
      assertThat(watched.platform.isRunning()).isFalse();
      var drawn = new CountDownLatch(1);

      FxRig.run(
          () -> {
            label.setText("changed");
            stage.getScene().addPostLayoutPulseListener(drawn::countDown);
          });

      assertThat(drawn.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("drawn").isTrue();
    } finally {
      FxRig.run(stage::hide);
    }
  }

  @Test
  void theConsoleSleepsAgainOnceTheSheetIsClosedOverWhatWasTypedAndOffered(@TempDir Path home)
      throws Exception {
    try (var rig = new FxRig(home, Locale.ENGLISH)) {
      Documents.aUsualDay(rig.stub, FxRig.NOW);
      rig.live();
      var watched = FxRig.onFx(Watched::installed);
      FxRig.run(() -> rig.window.send().add(List.of(FxRig.file(home, "a.pdf", 12))));
      rig.until("realms", () -> rig.window.send().realms().contains("finance-team"));
      new FxRobot().clickOn("#send-realm").write("fin");
      rig.until("offer", QuietPulseTest::offersSomething);

      FxRig.run(rig.window.send()::close);

      CountDownLatch paused = FxRig.onFx(watched::nextPause);
      assertThat(paused.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("paused").isTrue();
    }
  }

  @Test
  void theConsoleSleepsAgainOnceTheQuestionForAPasswordIsClosed(@TempDir Path home)
      throws Exception {
    try (var rig = new FxRig(home, Locale.ENGLISH)) {
      Documents.aUsualDay(rig.stub, FxRig.NOW);
      rig.live().untilRows(54);
      var watched = FxRig.onFx(Watched::installed);
      rig.select(JobStatus.FAILED);
      var robot = new FxRobot();
      robot.clickOn("#action-retry");
      rig.until("asked", () -> rig.says("Password of the document"));
      robot.clickOn("#password").write("Sesam 1");

      robot.press(KeyCode.ESCAPE).release(KeyCode.ESCAPE);
      rig.until("closed", () -> !rig.says("Password of the document"));

      CountDownLatch paused = FxRig.onFx(watched::nextPause);
      assertThat(paused.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("paused").isTrue();
    }
  }

  /** Whether a list has dropped from a field; it is a window of its own. */
  private static boolean offersSomething() {
    return Window.getWindows().stream()
        .anyMatch(each -> each instanceof PopupWindow && each.isShowing());
  }

  private static void show(Stage stage, Label label) {
    stage.setScene(new Scene(label));
    stage.show();
  }

  @Test
  void aPausedTimerStopsThePlatformsOneAndResumesItOnce() {
    FxRig.startToolkit(); // It is asked which periods are possible.
    var platform = new FakeTimer();
    var pausing = new PausingTimer(platform, 16);
    pausing.start(16);

    pausing.pause();
    pausing.resume();
    pausing.resume();
    pausing.stop();

    assertThat(platform.calls).containsExactly("start 16", "stop", "start 16", "stop");
  }

  @Test
  void anUnknownToolkitIsLeftAsItIs() {
    assertThatThrownBy(() -> PausingTimer.replaceIn(new Object(), PausingTimer::new))
        .isInstanceOf(NoSuchFieldException.class);
  }

  @Test
  void aTimerThatPausesByItselfIsLeftAsItIs() throws Exception {
    var toolkit = new ToolkitWithOwnTimer();

    assertThat(PausingTimer.replaceIn(toolkit, PausingTimer::new)).isFalse();

    assertThat(toolkit.pulseTimer).isSameAs(toolkit.own);
    assertThat(toolkit.own.calls).isEmpty();
  }

  /** Tells when JavaFX asked for a pause. */
  private static final class Watched extends PausingTimer {
    private static @Nullable Watched only;
    private CountDownLatch paused = new CountDownLatch(1);
    final Timer platform;

    private Watched(Timer platform, int periodMillis) {
      super(platform, periodMillis);
      this.platform = platform;
    }

    /** The one in place: a second one would find no platform's timer to stand in for. */
    static Watched installed() throws ReflectiveOperationException {
      if (only == null) {
        assertThat(PausingTimer.replaceIn(Toolkit.getToolkit(), Watched::new)).isTrue();
        var field = Toolkit.getToolkit().getClass().getDeclaredField("pulseTimer");
        field.setAccessible(true);
        only = (Watched) field.get(Toolkit.getToolkit());
      }
      return only;
    }

    /** Is counted down when JavaFX asks for a pause the next time; UI thread. */
    CountDownLatch nextPause() {
      paused = new CountDownLatch(1);
      Platform.requestNextPulse(); // It may be pausing already.
      return paused;
    }

    @Override
    protected void _pause(long timer) {
      super._pause(timer);
      paused.countDown();
    }
  }

  // Read by name.
  @SuppressWarnings("unused")
  private static final class ToolkitWithOwnTimer {
    final FakeTimer own = new FakeTimer();
    final Timer pulseTimer = own;
    final int PULSE_INTERVAL = 16;
  }

  private static final class FakeTimer extends Timer {
    final List<String> calls = new ArrayList<>();

    FakeTimer() {
      super(() -> {});
    }

    @Override
    public synchronized void start(int period) {
      calls.add("start " + period);
      running = true;
    }

    @Override
    public synchronized void stop() {
      calls.add("stop");
      running = false;
    }

    private boolean running;

    @Override
    public synchronized boolean isRunning() {
      return running;
    }

    @Override
    protected long _start(Runnable runnable) {
      return 1;
    }

    @Override
    protected long _start(Runnable runnable, int period) {
      return 1;
    }

    @Override
    protected void _stop(long timer) {}

    @Override
    protected void _pause(long timer) {}

    @Override
    protected void _resume(long timer) {}
  }
}
