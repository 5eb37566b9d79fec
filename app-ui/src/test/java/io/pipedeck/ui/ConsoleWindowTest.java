package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.contract.Documents;
import io.pipedeck.ui.contract.StubJob;
import io.pipedeck.ui.frame.Appearance.Choice;
import io.pipedeck.ui.frame.Screen;
import io.pipedeck.ui.jobs.JobFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.stage.Window;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.util.WaitForAsyncUtils;

/** The window as an operator meets it: each state with a picture in light and dark. */
class ConsoleWindowTest {
  @TempDir Path home;

  private final FxRobot robot = new FxRobot();
  private FxRig rig;

  @BeforeEach
  void open() {
    rig = new FxRig(home, Locale.ENGLISH);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void showsAUsualDay() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.until("counts", () -> rig.says("54 jobs"));
    pictures("jobs");

    assertThat(rig.words()).contains("All jobs", "Running", "46", "Behind 2 jobs, about 40 s");
  }

  @Test
  void showsAFinishedJobWithItsResult() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.FINISHED);
    pictures("detail-finished");

    assertThat(rig.words())
        .contains("4,812", "words", "English", "Summarise", "Finished")
        .anyMatch(text -> text.startsWith("The agreement covers maintenance"))
        .anyMatch(text -> text.startsWith("Pages 11 and 12 have no text"));
  }

  @Test
  void showsAFailedJobWithARemedyAndItsTechnicalPartFolded() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.FAILED);
    pictures("detail-failed");

    assertThat(rig.words())
        .contains(
            "Password-protected",
            "The document is protected by a password",
            "Retry it: you are asked for the password. Or send the document again without its protection.",
            "Technical details")
        .noneMatch(text -> text.contains("encrypted_document"));
    assertThat(button("action-retry").isDisabled()).isFalse();
    assertThat(button("action-cancel").isDisabled()).isTrue();
  }

  @Test
  void earlierAttemptsAreListedNewestFirst() {
    rig.stub.add("a.pdf", FxRig.NOW, job -> job.attempts = List.of(failed(2), failed(1)));
    rig.live().untilRows(1);
    rig.select(JobStatus.QUEUED);

    assertThat(rig.words())
        .filteredOn(text -> text.startsWith("Attempt "))
        .extracting(text -> text.substring(0, 9))
        .containsExactly("Attempt 2", "Attempt 1");
  }

  private static JobView.Attempt failed(int attempt) {
    return new JobView.Attempt(
        attempt, "w-1", FxRig.NOW, FxRig.NOW, "failed", ErrorCode.TIMEOUT, null);
  }

  @Test
  void followsARunningJob() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.RUNNING);
    pictures("detail-running");
    var id = rig.window.detail().shownProperty().get();

    rig.stub.change(id, Documents.running("summarise", 91, "sentence 3 of 6"));

    rig.until("progress", () -> rig.says("sentence 3 of 6"));
  }

  @Test
  void retryByTheButtonAsksForThePasswordQueuesTheJobAndOffersUndo() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.FAILED);

    robot.clickOn("#action-retry");
    rig.until("asked", () -> rig.says("Password of the document"));
    assertThat(robot.lookup("#give-password").queryButton().isDisabled()).isTrue();
    robot.clickOn("#password").write("Sesam 1");
    rig.picture("password-asked");
    robot.clickOn("#give-password");
    rig.until("notice", () -> rig.says("is queued again."));
    assertThat(rig.stub.retryForms()).containsExactly("password=Sesam+1");
    rig.picture("notice-retried");
    robot.press(KeyCode.CONTROL, KeyCode.Z).release(KeyCode.Z, KeyCode.CONTROL);

    rig.until("undone", () -> rig.says("is off the queue again."));
  }

  @Test
  void tellsThatNothingIsThereYet() {
    rig.live();
    rig.until("empty", () -> rig.says("No documents yet"));
    pictures("jobs-empty");
  }

  @Test
  void tellsThatNothingMatchesAndWhichLimitApplies() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    FxRig.run(
        () ->
            rig.window
                .jobs()
                .filterProperty()
                .set(JobFilter.ALL.withStatus(JobStatus.SCHEDULED).withRealm("legal")));
    rig.until("no match", () -> rig.says("No job matches"));
    pictures("jobs-no-match");

    assertThat(rig.words()).contains("Status: Scheduled · Realm: legal");
  }

  @Test
  void tellsThatTheListCouldNotBeLoaded() {
    rig.stub.refuseWith(
        new Problem("about:blank", "", 503, "unavailable", "starting", null, null, null));
    rig.live();
    rig.until("failed", () -> rig.says("The jobs could not be loaded"));
    pictures("jobs-failed");
  }

  @Test
  void keepsTheRowsWhenTheConnectionIsLostAndResumesByItself() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.FAILED);
    rig.stub.goAway();
    rig.until("lost", () -> rig.says("Connection lost."));
    pictures("connection-lost");

    assertThat(rig.words()).anyMatch(text -> text.contains("Showing what was known at 14:03:12"));
    assertThat(rig.window.jobs().rows()).hasSize(54);
    assertThat(button("action-retry").isDisabled()).isTrue();
    assertThat(button("action-send").isDisabled()).isTrue();

    rig.stub.comeBack();
    rig.until("back", () -> rig.says("Connected again."));
    assertThat(button("action-retry").isDisabled()).isFalse();
    assertThat(button("action-send").isDisabled()).isFalse();
  }

  @Test
  void aDropOpensTheSheetAndSendingShowsInTheList() {
    rig.live();
    Path folder = home.resolve("in");
    FxRig.file(
        folder, "Annual accounts 2026 with a rather long name that needs cutting.pdf", 91_000);
    FxRig.file(folder.resolve("deep"), "letter.docx", 20_500);
    FxRig.file(folder, "empty.txt", 0);
    rig.stub.add("x.pdf", FxRig.NOW.minusSeconds(60), job -> job.realm = "finance-team");

    FxRig.run(() -> rig.window.send().add(List.of(folder)));
    rig.until("files", () -> rig.says("Send 2 documents") && rig.says("1 item is left out"));
    rig.until("realms", () -> rig.window.send().realms().contains("finance-team"));
    pictures("send-sheet");

    robot.clickOn("#queue-urgent");
    robot.clickOn("#send-realm").write("legal");
    robot.clickOn("#send-now");
    rig.until("rows", () -> rig.window.jobs().rows().size() == 3);

    assertThat(rig.stub.uploads())
        .allMatch(upload -> upload.queue().equals("urgent") && "legal".equals(upload.realm()));
    FxRig.run(() -> rig.window.frame().screenProperty().set(Screen.TRANSFERS));
    rig.until("accepted", () -> rig.says("Accepted on Urgent"));
    pictures("transfers");
  }

  /** JavaFX draws what has a shadow and no size yet in the corner of the window, and leaves it. */
  @Test
  void theSheetIsThereAtOnceAndDoesNotGrow() {
    rig.live();
    List<Number> sizes = new ArrayList<>();
    FxRig.run(
        () -> {
          rig.window.send().add(List.of(FxRig.file(home, "a.txt", 10)));
          var sheet = rig.stage.getScene().lookup(".send-sheet");
          sheet.scaleXProperty().addListener((_, _, now) -> sizes.add(now));
        });

    rig.until("sheet", () -> rig.says("Send 1 document"));
    robot.clickOn("#queue-urgent");

    assertThat(sizes).isEmpty();
  }

  @Test
  void knownRealmsAreOfferedInTheColoursOfTheTheme() {
    rig.stub.add("x.pdf", FxRig.NOW.minusSeconds(60), job -> job.realm = "finance-team");
    rig.live().untilRows(1);
    rig.appearance(Choice.DARK);
    FxRig.run(() -> rig.window.send().add(List.of(FxRig.file(home, "a.txt", 10))));
    rig.until("realms", () -> rig.window.send().realms().contains("finance-team"));
    robot.clickOn("#send-realm").write("fin");
    rig.until("offer", () -> offered().isPresent());

    Region list = offered().orElseThrow();
    assertThat(list.getBackground().getFills())
        .last()
        .extracting(BackgroundFill::getFill)
        .asInstanceOf(InstanceOfAssertFactories.type(Color.class))
        .satisfies(
            colour -> {
              assertThat(colour.isOpaque()).isTrue();
              assertThat(colour.getBrightness()).isLessThan(0.3);
            });
    assertThat(FxRig.onFx(() -> list.lookupAll(".scroll-bar")))
        .as("bars of a list that has room for all it offers")
        .noneMatch(Node::isVisible);
  }

  /** The list that drops from a field, in a window of its own. */
  private Optional<Region> offered() {
    return FxRig.onFx(
        () ->
            Window.getWindows().stream()
                .filter(each -> !each.equals(rig.stage) && each.isShowing())
                .map(each -> each.getScene().getRoot().lookup(".list-view"))
                .filter(Region.class::isInstance)
                .map(Region.class::cast)
                .filter(list -> list.getBackground() != null)
                .findFirst());
  }

  @Test
  void failedTransfersSayWhyOnTop() {
    rig.live();
    rig.stub.refuseWith(
        new Problem("about:blank", "", 413, "too_large", "512 MiB", null, null, null));
    FxRig.run(
        () -> {
          rig.window.frame().screenProperty().set(Screen.TRANSFERS);
          rig.window.send().add(List.of(FxRig.file(home, "big.pdf", 3000)));
        });
    rig.until("sheet", () -> rig.says("Send 1 document"));
    FxRig.run(rig.window.send()::send);
    rig.until("failed", () -> rig.says("The file is larger than the server takes."));
    pictures("transfers-failed");

    assertThat(rig.words()).contains("Retry 1 failed");
  }

  @Test
  void showsTheStepsOfTheStartAndWhyItFailed() {
    FxRig.run(
        () -> {
          rig.window.frame().starting();
          rig.window.frame().startLine("Unpacking PostgreSQL 18 and Redis 7");
          rig.window.frame().startLine("Creating the database");
          rig.window.frame().startLine("Migrating to version 3");
        });
    rig.until("steps", () -> rig.says("Migrating to version 3"));
    pictures("start");
    FxRig.run(() -> rig.window.frame().startFailed("initdb: No space left on device"));
    rig.until("failed", () -> rig.says("The backend did not start"));
    pictures("start-failed");

    assertThat(rig.words()).contains("initdb: No space left on device", "Try again");
  }

  @Test
  void selectionAndScrollSurviveNewRows() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.CANCELED);
    TableView<?> table = (TableView<?>) rig.stage.getScene().lookup("#jobs-table");
    FxRig.run(() -> table.scrollTo(30));
    rig.until("scrolled", () -> !rig.window.jobs().atTopProperty().get());
    var selected = rig.window.jobs().selectedProperty().get();

    rig.stub.add("new.pdf", FxRig.NOW, _ -> {});
    rig.until("1 new", () -> rig.says("1 new"));
    rig.picture("jobs-new-above");
    assertThat(rig.window.jobs().selectedProperty().get()).isEqualTo(selected);

    robot.clickOn("1 new");
    rig.untilRows(55);
    assertThat(FxRig.onFx(() -> table.getSelectionModel().getSelectedIndex())).isEqualTo(13);
  }

  @Test
  void aJobThatIsGoneSaysSo() {
    StubJob job = rig.stub.add("a.pdf", FxRig.NOW, _ -> {});
    rig.live().untilRows(1);
    FxRig.run(() -> rig.window.jobs().selectedProperty().set(job.id()));
    rig.until("shown", () -> rig.window.detail().jobProperty().get() != null);
    rig.stub.delete(job.id());
    robot.press(KeyCode.F5).release(KeyCode.F5);

    rig.until("gone", () -> rig.says("This job is gone"));
    rig.picture("detail-gone");
  }

  @Test
  void cancellingARunningJobAsksWithTheSafeAnswerFocused() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.select(JobStatus.RUNNING);

    robot.clickOn("#action-cancel");
    rig.until("asked", () -> rig.says("Cancel “Invoice 20261123-0447.pdf”?"));
    robot.press(KeyCode.ENTER).release(KeyCode.ENTER);

    rig.until("closed", () -> !rig.says("Cancel “Invoice 20261123-0447.pdf”?"));
    assertThat(rig.window.detail().jobProperty().get().status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void filesCopiedInAFileManagerAreTakenFromTheClipboard() {
    rig.live();
    var file = FxRig.file(home, "copied.pdf", 12).toFile();
    FxRig.run(
        () -> {
          var content = new ClipboardContent();
          content.putFiles(List.of(file));
          Clipboard.getSystemClipboard().setContent(content);
        });

    robot.press(KeyCode.CONTROL, KeyCode.V).release(KeyCode.V, KeyCode.CONTROL);

    rig.until("sheet", () -> rig.says("Send 1 document"));
    assertThat(rig.words()).contains("copied.pdf");
  }

  @Test
  void aJobThatReportsNothingForLongSaysSo() {
    rig.stub.add(
        "a.pdf",
        FxRig.NOW.minusSeconds(100),
        job -> {
          Documents.running("parse", 12, "page 29 of 240").accept(job);
          job.createdAt = FxRig.NOW.minusSeconds(100);
        });
    rig.live().untilRows(1);
    rig.select(JobStatus.RUNNING);

    rig.until("silence", () -> rig.says("page 29 of 240 · no sign for 1 min 38 s"));
  }

  @Test
  void columnsFillTheWindowUntilTheOperatorSizesThem() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    rig.until("filled", () -> Math.abs(columnsWidth() - table().getWidth()) < 24);
    FxRig.run(() -> rig.stage.setWidth(820));
    rig.until("filled", () -> Math.abs(columnsWidth() - table().getWidth()) < 120);
    FxRig.run(() -> column("file").setPrefWidth(333));
    FxRig.run(rig.window::quit);

    rig.close();
    rig = new FxRig(home, Locale.ENGLISH);

    rig.until("kept", () -> column("file").getWidth() == 333);
  }

  @Test
  void theDividerStaysWhereItWasPut() {
    FxRig.run(() -> split().setDividerPositions(0.5));
    rig.until("moved", () -> Math.abs(split().getDividerPositions()[0] - 0.5) < 0.01);
    for (int i = 0; i < 3; i++) {
      FxRig.run(rig.window::quit);
      rig.close();
      rig = new FxRig(home, Locale.ENGLISH);
    }

    assertThat(FxRig.onFx(() -> split().getDividerPositions()[0])).isCloseTo(0.5, within(0.01));
  }

  @Test
  void aWindowThatWasLeftWithItsTitleBarAboveTheScreenComesDown() {
    FxRig.run(() -> rig.stage.setY(-20));
    FxRig.run(rig.window::quit);

    rig.close();
    rig = new FxRig(home, Locale.ENGLISH);

    assertThat(FxRig.onFx(() -> rig.stage.getY())).isZero();
  }

  @Test
  void theWholeWindowIsReachedByKeys() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    press(KeyCode.F6);
    assertThat(focusIsIn(".navigation")).isTrue();
    press(KeyCode.F6);
    assertThat(focusIsIn(".jobs-table")).isTrue();
    press(KeyCode.DOWN);
    press(KeyCode.DOWN);
    rig.until("detail", () -> rig.window.detail().jobProperty().get() != null);
    press(KeyCode.ENTER);
    assertThat(focusIsIn(".detail")).isTrue();

    press(KeyCode.ESCAPE);
    assertThat(focusIsIn(".jobs-table")).isTrue();
    assertThat(rig.window.jobs().selectedProperty().get()).isNotNull();
    press(KeyCode.ESCAPE);
    assertThat(rig.window.jobs().selectedProperty().get()).isNull();

    robot.press(KeyCode.CONTROL, KeyCode.DIGIT2).release(KeyCode.DIGIT2, KeyCode.CONTROL);
    rig.until("transfers", () -> rig.says("Nothing is being sent"));
    press(KeyCode.F1);
    rig.until("shortcuts", () -> rig.says("Ctrl+Shift+R"));
    rig.picture("transfers-empty");
  }

  @Test
  void theFilterOnTheLeftIsRemembered() {
    Documents.aUsualDay(rig.stub, FxRig.NOW);
    rig.live().untilRows(54);
    robot.clickOn("#nav-failed");
    rig.untilRows(2);
    FxRig.run(rig.window::quit);

    rig.close();
    rig = new FxRig(home, Locale.ENGLISH);

    assertThat(rig.window.jobs().filterProperty().get().status()).isEqualTo(JobStatus.FAILED);
  }

  private TableView<?> table() {
    return (TableView<?>) rig.stage.getScene().lookup("#jobs-table");
  }

  private double columnsWidth() {
    return table().getVisibleLeafColumns().stream().mapToDouble(each -> each.getWidth()).sum();
  }

  @Test
  void aNarrowListShrinksItsTextBeforeItScrollsSideways() {
    rig.live();
    rig.stub.add("a.pdf", FxRig.NOW.minusSeconds(60), _ -> {});
    rig.untilRows(1);

    FxRig.run(() -> rig.stage.setWidth(860));

    rig.until(
        "columns that fit",
        () ->
            table().getWidth() < 720
                && table().getVisibleLeafColumns().stream().mapToDouble(TableColumn::getWidth).sum()
                    <= table().getWidth());
  }

  private TableColumn<?, ?> column(String id) {
    return table().getColumns().stream()
        .filter(each -> each.getId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private SplitPane split() {
    return (SplitPane) rig.stage.getScene().lookup(".main-split");
  }

  private void press(KeyCode key) {
    robot.press(key).release(key);
    WaitForAsyncUtils.waitForFxEvents();
  }

  private boolean focusIsIn(String pane) {
    return FxRig.onFx(
        () -> {
          var node = rig.stage.getScene().getFocusOwner();
          while (node != null && !node.equals(rig.stage.getScene().lookup(pane))) {
            node = node.getParent();
          }
          return node != null;
        });
  }

  private Button button(String id) {
    return (Button) rig.stage.getScene().lookup("#" + id);
  }

  private void pictures(String name) {
    rig.appearance(Choice.DARK);
    rig.picture(name + "-dark");
    rig.appearance(Choice.LIGHT);
    rig.picture(name + "-light");
  }
}
