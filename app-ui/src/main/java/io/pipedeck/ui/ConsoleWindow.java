package io.pipedeck.ui;

import io.pipedeck.api.JobStatus;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.control.ActionControls;
import io.pipedeck.ui.control.Dialogs;
import io.pipedeck.ui.control.FxClock;
import io.pipedeck.ui.control.FxDialogs;
import io.pipedeck.ui.control.NoticesViewModel;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.control.Views;
import io.pipedeck.ui.detail.JobDetailController;
import io.pipedeck.ui.detail.JobDetailViewModel;
import io.pipedeck.ui.frame.Appearance;
import io.pipedeck.ui.frame.FrameController;
import io.pipedeck.ui.frame.FrameViewModel;
import io.pipedeck.ui.frame.Screen;
import io.pipedeck.ui.frame.Stylesheets;
import io.pipedeck.ui.jobs.JobCommands;
import io.pipedeck.ui.jobs.JobFilter;
import io.pipedeck.ui.jobs.JobsController;
import io.pipedeck.ui.jobs.JobsViewModel;
import io.pipedeck.ui.layout.Layout;
import io.pipedeck.ui.layout.LayoutStore;
import io.pipedeck.ui.layout.WindowMemory;
import io.pipedeck.ui.send.SendSheetController;
import io.pipedeck.ui.send.SendViewModel;
import io.pipedeck.ui.send.TransfersController;
import io.pipedeck.ui.send.TransfersViewModel;
import io.pipedeck.ui.task.Tasks;
import io.pipedeck.ui.text.Amounts;
import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javafx.scene.Scene;
import javafx.stage.Stage;
import javafx.stage.Window;
import javafx.stage.WindowEvent;

/** Builds the console's window from its parts and remembers how it was left. UI thread. */
public final class ConsoleWindow {
  private static final double LEAST_WIDTH = 720;
  private static final double LEAST_HEIGHT = 480;

  /** Until then a window manager has put its frame around a new window. */
  private static final Duration FRAMED = Duration.ofMillis(500);

  private final Stage stage;
  private final Tasks tasks;
  private final Connection connection;
  private final FrameViewModel frame;
  private final JobsViewModel jobs;
  private final SendViewModel send;
  private final TransfersViewModel transfers;
  private final JobDetailViewModel detail;
  private final NoticesViewModel notices;
  private final Dialogs dialogs;
  private final Texts texts;
  private final FxClock clock;
  private final LayoutStore store;
  private final Appearance appearance;
  private final WindowMemory memory;
  private boolean quitAgreed;

  /**
   * What the window is built on.
   *
   * @param dataFolder where the layout is kept
   * @param bundled whether the backend is this console's own
   */
  public record Setup(
      Tasks tasks,
      InstantSource time,
      ZoneId zone,
      Locale language,
      Path dataFolder,
      boolean bundled) {}

  /** Builds the window; it is not shown yet and talks to nobody yet. */
  public ConsoleWindow(Stage stage, Setup setup) {
    this.stage = stage;
    tasks = setup.tasks();
    texts = Texts.of(setup.language());
    var amounts = new Amounts(texts, setup.zone());
    var words = new JobWords(texts, amounts);
    connection = new Connection(tasks, setup.time());
    jobs = new JobsViewModel(connection, tasks, setup.time());
    detail = new JobDetailViewModel(connection, tasks);
    clock = new FxClock(tasks, setup.time(), new SecondsShown(connection, jobs, detail));
    var actions = new ActionControls(texts);
    var kit = new ViewKit(texts, amounts, words, actions, new Views(texts), clock.nowProperty());
    transfers = new TransfersViewModel(connection, tasks);
    send = new SendViewModel(connection, tasks, transfers);
    frame = new FrameViewModel(connection, tasks, words);
    notices = new NoticesViewModel(tasks, words);
    dialogs = new FxDialogs(texts, stage);
    var jobCommands =
        new JobCommands(connection, tasks, new JobCommands.Talk(notices, dialogs, texts, words));
    var commands = new ConsoleCommands(this, jobCommands);
    var jobsController = new JobsController(jobs, connection, kit, commands.forList());
    commands.cellValue(jobsController::valueOf);
    var detailController = new JobDetailController(detail, kit, commands.forDetail());
    var transfersController =
        new TransfersController(transfers, kit, commands.send(), this::openJob);
    var sendController = new SendSheetController(send, kit, dialogs);
    var frameController =
        new FrameController(
            new FrameController.Models(
                frame, jobs, send, transfers, notices, connection, setup.bundled()),
            new FrameController.Screens(
                jobsController, detailController, transfersController, sendController),
            kit,
            commands.forFrame());
    commands.panes(frameController::nextPane, frameController::back);
    var scene = new Scene(kit.views().load(frameController));
    scene.getStylesheets().setAll(Stylesheets.all());
    appearance = new Appearance(scene);
    new AppearanceMenu(appearance, texts).addTo(frameController.menu());
    commands.install(scene);
    follow(jobCommands);
    store = new LayoutStore(setup.dataFolder(), tasks);
    memory = new WindowMemory(stage, frameController.split(), jobsController.table());
    dress(scene);
    restore();
  }

  /** Shows the window. */
  public void show() {
    stage.show();
    memory.shown();
    tasks.after(
        FRAMED,
        () -> {
          memory.settle();
          memory.watch(this::changed);
        });
    appearance.choiceProperty().subscribe((_, _) -> changed());
    jobs.filterProperty().subscribe((_, _) -> changed());
    frame.screenProperty().subscribe((_, _) -> changed());
  }

  /** Keeps the layout and lets go of the backend. */
  public void close() {
    connection.close();
  }

  /** The line that the window's screens use. */
  public Connection connection() {
    return connection;
  }

  /** Start screen, banner and the like. */
  public FrameViewModel frame() {
    return frame;
  }

  JobsViewModel jobs() {
    return jobs;
  }

  JobDetailViewModel detail() {
    return detail;
  }

  SendViewModel send() {
    return send;
  }

  TransfersViewModel transfers() {
    return transfers;
  }

  NoticesViewModel notices() {
    return notices;
  }

  Dialogs dialogs() {
    return dialogs;
  }

  Texts texts() {
    return texts;
  }

  Appearance appearance() {
    return appearance;
  }

  void openJob(UUID id) {
    frame.screenProperty().set(Screen.JOBS);
    jobs.clearFilters();
    jobs.selectedProperty().set(id);
  }

  /** Ends the program; asks once where uploads would be cut off. */
  void quit() {
    if (quitAgreed || transfers.unfinishedProperty().get() == 0) {
      end();
      return;
    }
    dialogs.confirm(
        new Dialogs.Question(
            texts.format("quit.question", transfers.unfinishedProperty().get()),
            texts.get("quit.consequence"),
            texts.get("quit.verb"),
            texts.get("quit.stay")),
        this::end);
  }

  private void end() {
    quitAgreed = true;
    store.writeNow(layout());
    // Every window, newest first: JavaFX can crash when it exits over an open popup.
    List.copyOf(Window.getWindows()).reversed().forEach(Window::hide);
  }

  private void dress(Scene scene) {
    stage.setTitle(texts.get("app.name"));
    stage.setScene(scene);
    stage.setMinWidth(LEAST_WIDTH);
    stage.setMinHeight(LEAST_HEIGHT);
    stage.iconifiedProperty().subscribe(hidden -> clock.runWhile(!hidden));
    stage.addEventHandler(
        WindowEvent.WINDOW_CLOSE_REQUEST,
        event -> {
          event.consume();
          quit();
        });
  }

  private void follow(JobCommands commands) {
    jobs.selectedProperty().subscribe(detail::show);
    connection.stateProperty().subscribe(_ -> clock.lookAgain());
    connection.lastContactProperty().subscribe(_ -> clock.lookAgain());
    detail.jobProperty().subscribe(_ -> clock.lookAgain());
    commands
        .changedProperty()
        .subscribe(
            now -> {
              if (now != null) {
                jobs.refresh();
                detail.changed(now);
              }
            });
  }

  private void restore() {
    Layout layout = store.read();
    memory.restore(layout);
    appearance.choiceProperty().set(Appearance.Choice.of(layout.appearance()));
    for (Screen each : Screen.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(layout.screen())) {
        frame.screenProperty().set(each);
      }
    }
    var filter = layout.filter();
    JobStatus status =
        filter.status() == null ? null : JobStatus.find(filter.status()).orElse(null);
    jobs.filterProperty().set(new JobFilter(status, filter.queue(), filter.realm()));
  }

  private void changed() {
    store.changed(this::layout);
  }

  private Layout layout() {
    JobFilter filter = jobs.filterProperty().get();
    JobStatus status = filter.status();
    return new Layout(
        memory.bounds(),
        memory.detailShare(),
        memory.columns(),
        appearance.choiceProperty().get().wireName(),
        frame.screenProperty().get().name().toLowerCase(Locale.ROOT),
        new Layout.Filter(
            status == null ? null : status.wireName(), filter.queue(), filter.realm()));
  }
}
