package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobStatus;
import io.pipedeck.ui.connection.ConnectionState;
import io.pipedeck.ui.contract.ContractStub;
import io.pipedeck.ui.frame.Appearance;
import io.pipedeck.ui.task.FxTasks;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.stage.Stage;
import javafx.stage.Window;
import javax.imageio.ImageIO;

/**
 * A console window on JavaFX's own platform without a display, against a stub. Pictures go to
 * {@code target/screenshots}.
 */
final class FxRig implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-23T01:03:12Z");

  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final long PATIENCE_SECONDS = 30;
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  final ContractStub stub = ContractStub.start();
  final FxTasks tasks = new FxTasks();
  final ConsoleWindow window;
  final Stage stage;

  FxRig(Path home, Locale language) {
    startToolkit();
    stage = onFx(Stage::new);
    window =
        onFx(
            () ->
                new ConsoleWindow(
                    stage,
                    new ConsoleWindow.Setup(
                        tasks,
                        InstantSource.fixed(NOW),
                        ZoneId.of("Pacific/Auckland"),
                        language,
                        home,
                        true)));
    run(window::show);
  }

  /** Connects and waits for events to come. */
  FxRig live() {
    run(() -> window.connection().connect(stub.url(), stub.token()));
    until("live", () -> window.connection().stateProperty().get() instanceof ConnectionState.Live);
    return this;
  }

  static void startToolkit() {
    if (STARTED.compareAndSet(false, true)) {
      var ready = new CountDownLatch(1);
      Platform.startup(ready::countDown);
      Platform.setImplicitExit(false);
      try {
        assertThat(ready.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static <T> T onFx(Callable<T> work) {
    var outcome = new CompletableFuture<T>();
    onFxThread(
        () -> {
          try {
            outcome.complete(work.call());
          } catch (Throwable e) {
            outcome.completeExceptionally(e);
          }
        });
    try {
      return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static void onFxThread(Runnable action) {
    if (Platform.isFxApplicationThread()) {
      action.run();
    } else {
      Platform.runLater(action);
    }
  }

  static void run(Runnable action) {
    onFx(
        () -> {
          action.run();
          return "";
        });
  }

  /** Waits until the condition holds on the UI thread; looks again at each pulse. */
  void until(String what, BooleanSupplier condition) {
    var met = new CompletableFuture<String>();
    run(() -> lookAtEachPulse(condition, met));
    try {
      met.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      picture("timeout");
      throw new AssertionError("Did not happen in time: " + what, e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(what, e);
    }
  }

  private static void lookAtEachPulse(BooleanSupplier condition, CompletableFuture<String> met) {
    new javafx.animation.AnimationTimer() {
      @Override
      public void handle(long now) {
        try {
          if (met.isDone()) {
            stop();
          } else if (condition.getAsBoolean()) {
            met.complete("");
            stop();
          }
        } catch (RuntimeException e) {
          met.completeExceptionally(e);
          stop();
        }
      }
    }.start();
  }

  /** Waits until the list shows so many rows. */
  void untilRows(int amount) {
    until(amount + " rows", () -> window.jobs().rows().size() == amount);
  }

  /** Selects the newest job of that status. */
  void select(JobStatus status) {
    run(
        () ->
            window.jobs().rows().stream()
                .filter(row -> row.job().status() == status)
                .findFirst()
                .ifPresent(row -> window.jobs().selectedProperty().set(row.id())));
    until(
        "detail",
        () -> {
          var job = window.detail().jobProperty().get();
          return job != null && job.status() == status;
        });
  }

  void appearance(Appearance.Choice choice) {
    run(() -> window.appearance().choiceProperty().set(choice));
  }

  /** All words that can be seen now, in every open window. */
  List<String> words() {
    return onFx(
        () ->
            Window.getWindows().stream()
                .filter(each -> each.getScene() != null)
                .flatMap(each -> each.getScene().getRoot().lookupAll("*").stream())
                .filter(FxRig::isSeen)
                .filter(Labeled.class::isInstance)
                .map(node -> ((Labeled) node).getText())
                .filter(text -> text != null && !text.isBlank())
                .toList());
  }

  boolean says(String words) {
    return words().stream().anyMatch(text -> text.contains(words));
  }

  /** A picture of the window, kept for people to look at. */
  void picture(String name) {
    onFx(
        () -> {
          var scene = stage.getScene();
          scene.getRoot().applyCss();
          scene.getRoot().layout();
          BufferedImage image = SwingFXUtils.fromFXImage(scene.snapshot(null), null);
          Files.createDirectories(PICTURES);
          ImageIO.write(image, "png", PICTURES.resolve(name + ".png").toFile());
          return name;
        });
  }

  @Override
  public void close() {
    run(
        () -> {
          window.close();
          List.copyOf(Window.getWindows()).reversed().forEach(Window::hide);
        });
    tasks.close();
    stub.close();
  }

  static boolean isSeen(Node node) {
    for (Node each = node; each != null; each = each.getParent()) {
      if (!each.isVisible()) {
        return false;
      }
    }
    return true;
  }

  static Path file(Path folder, String name, int bytes) {
    try {
      Files.createDirectories(folder);
      return Files.writeString(folder.resolve(name), "x".repeat(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
