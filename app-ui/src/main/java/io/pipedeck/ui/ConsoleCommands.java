package io.pipedeck.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.control.ActionControls;
import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.UiAction;
import io.pipedeck.ui.detail.JobDetailController;
import io.pipedeck.ui.frame.FrameController;
import io.pipedeck.ui.frame.FrameViewModel;
import io.pipedeck.ui.frame.Screen;
import io.pipedeck.ui.jobs.JobCommands;
import io.pipedeck.ui.jobs.JobFilter;
import io.pipedeck.ui.jobs.JobsController;
import io.pipedeck.ui.jobs.JobsViewModel;
import java.io.File;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.scene.Scene;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import org.jspecify.annotations.Nullable;

/** Gives every action of {@link UiAction} what it does in this window, and its keys. */
final class ConsoleCommands {
  private final ConsoleWindow window;
  private final JobsViewModel jobs;
  private final Connection connection;
  private Function<JobView, String> cellValue = job -> job.id().toString();
  private Runnable nextPane = () -> {};
  private Runnable back = () -> {};

  private final Command send;
  private final Command paste;
  private final Command refresh;
  private final Command tryNow;
  private final Command tryAgain;
  private final Command clearFilters;
  private final Command retry;
  private final Command cancel;
  private final Command copyId;
  private final Command copyValue;
  private final Command copyJson;
  private final Command copyOutput;
  private final Command showJobs;
  private final Command showTransfers;
  private final Command cyclePanes;
  private final Command shortcuts;
  private final Command quit;

  ConsoleCommands(ConsoleWindow window, JobCommands jobCommands) {
    this.window = window;
    this.jobs = window.jobs();
    this.connection = window.connection();
    send =
        new Command(
            UiAction.SEND, () -> window.send().add(window.dialogs().chooseFiles()), offline());
    paste = Command.always(UiAction.PASTE, this::paste);
    refresh = new Command(UiAction.REFRESH, this::refresh, offline());
    tryNow = Command.always(UiAction.TRY_NOW, this::tryNow);
    tryAgain = Command.always(UiAction.TRY_AGAIN, this::tryNow);
    clearFilters = new Command(UiAction.CLEAR_FILTERS, jobs::clearFilters, noFilter());
    retry = onJob(UiAction.RETRY, jobCommands::retry, jobCommands::whyNotRetry);
    cancel = onJob(UiAction.CANCEL, jobCommands::cancel, jobCommands::whyNotCancel);
    copyId = copying(UiAction.COPY_ID, job -> job.id().toString());
    copyValue = copying(UiAction.COPY_VALUE, job -> cellValue.apply(job));
    copyJson = copying(UiAction.COPY_JSON, ConsoleCommands::json);
    copyOutput = Command.always(UiAction.COPY_DETAILS, () -> copy(window.frame().startOutput()));
    showJobs = showing(UiAction.SHOW_JOBS, Screen.JOBS);
    showTransfers = showing(UiAction.SHOW_TRANSFERS, Screen.TRANSFERS);
    cyclePanes = Command.always(UiAction.NEXT_PANE, () -> nextPane.run());
    shortcuts = Command.always(UiAction.SHORTCUTS, this::showShortcuts);
    quit = Command.always(UiAction.QUIT, window::quit);
  }

  void cellValue(Function<JobView, String> value) {
    cellValue = value;
  }

  /** What F6 and Esc do to the panes. */
  void panes(Runnable next, Runnable goBack) {
    nextPane = next;
    back = goBack;
  }

  Command send() {
    return send;
  }

  JobsController.Commands forList() {
    return new JobsController.Commands(
        send, refresh, clearFilters, List.of(retry, cancel, copyValue, copyId, copyJson));
  }

  JobDetailController.Commands forDetail() {
    var clear = Command.always(UiAction.SHOW_JOBS, () -> jobs.selectedProperty().set(null));
    return new JobDetailController.Commands(
        retry, cancel, copyId, tryAgain, clear, List.of(send, refresh, shortcuts));
  }

  FrameController.Commands forFrame() {
    return new FrameController.Commands(
        tryNow,
        tryAgain,
        copyOutput,
        List.of(send, refresh, showJobs, showTransfers, shortcuts, quit));
  }

  /** Makes the keys work everywhere in the window. */
  void install(Scene scene) {
    for (Command command :
        List.of(
            send,
            refresh,
            clearFilters,
            retry,
            cancel,
            copyId,
            showJobs,
            showTransfers,
            cyclePanes,
            shortcuts,
            quit)) {
      String keys = command.action().shortcut();
      if (keys != null) {
        scene.getAccelerators().put(KeyCombination.valueOf(keys), command::fire);
      }
    }
    scene.getAccelerators().put(KeyCombination.valueOf("Shortcut+R"), refresh::fire);
    scene.getAccelerators().put(KeyCombination.valueOf("Shortcut+Z"), window.notices()::undoLast);
    scene.addEventHandler(KeyEvent.KEY_PRESSED, event -> onKey(scene, event));
  }

  /** Keys that text fields need for themselves. */
  private void onKey(Scene scene, KeyEvent event) {
    if (scene.getFocusOwner() instanceof TextInputControl) {
      return;
    }
    if (matches(copyValue, event)) {
      copyValue.fire();
      event.consume();
    } else if (matches(paste, event)) {
      paste.fire();
      event.consume();
    } else if (event.getCode() == KeyCode.ESCAPE) {
      back.run();
      event.consume();
    } else if ("?".equals(event.getText())) {
      shortcuts.fire();
      event.consume();
    }
  }

  private static boolean matches(Command command, KeyEvent event) {
    String keys = command.action().shortcut();
    return keys != null && KeyCombination.valueOf(keys).match(event);
  }

  /** Files copied in a file manager; anything else in the clipboard is left alone. */
  private void paste() {
    var clipboard = Clipboard.getSystemClipboard();
    if (clipboard.hasFiles()) {
      window.send().add(clipboard.getFiles().stream().map(File::toPath).toList());
    }
  }

  private void refresh() {
    jobs.refresh();
    window.detail().refresh();
  }

  private void tryNow() {
    if (connection.stateProperty().get().usable()) {
      refresh();
    } else if (window.frame().startProperty().get() == FrameViewModel.StartState.FAILED) {
      window.frame().tryAgain();
    } else {
      connection.tryNow();
    }
  }

  private Command onJob(
      UiAction action, Consumer<JobView> run, Function<@Nullable JobView, String> whyNot) {
    ObservableValue<@Nullable JobView> shown = window.detail().jobProperty();
    var reason =
        Bindings.createStringBinding(
            () -> whyNot.apply(shown.getValue()), shown, connection.stateProperty());
    return new Command(action, () -> withJob(run), reason);
  }

  private Command copying(UiAction action, Function<JobView, String> what) {
    return onJob(
        action,
        job -> copy(what.apply(job)),
        job -> job == null ? window.texts().get("unavailable.noJob") : "");
  }

  private void withJob(Consumer<JobView> run) {
    JobView job = window.detail().jobProperty().get();
    if (job != null) {
      run.accept(job);
    }
  }

  private Command showing(UiAction action, Screen screen) {
    return Command.always(action, () -> window.frame().screenProperty().set(screen));
  }

  private ObservableValue<String> offline() {
    return connection
        .stateProperty()
        .map(state -> state.usable() ? "" : window.texts().get("unavailable.offline"));
  }

  private ObservableValue<String> noFilter() {
    return jobs.filterProperty()
        .map(
            filter ->
                filter.equals(JobFilter.ALL) ? window.texts().get("unavailable.noFilter") : "");
  }

  private void showShortcuts() {
    new ShortcutsDialog(window.texts(), new ActionControls(window.texts())).show();
  }

  private static void copy(String text) {
    var content = new ClipboardContent();
    content.putString(text);
    Clipboard.getSystemClipboard().setContent(content);
  }

  private static String json(JobView job) {
    try {
      return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(job);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A job that was read can't be written", e);
    }
  }
}
