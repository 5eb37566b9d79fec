package io.pipedeck.ui.frame;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobStatus;
import io.pipedeck.ui.control.StatusBadge;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.jobs.JobCountsModel;
import io.pipedeck.ui.jobs.JobsViewModel;
import io.pipedeck.ui.send.TransfersViewModel;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The left side: the screens, and the jobs by status with their live counts. */
final class Navigation {
  private static final PseudoClass SELECTED = PseudoClass.getPseudoClass("selected");

  private final FrameViewModel frame;
  private final JobsViewModel jobs;
  private final TransfersViewModel transfers;
  private final ViewKit kit;

  Navigation(FrameViewModel frame, JobsViewModel jobs, TransfersViewModel transfers, ViewKit kit) {
    this.frame = frame;
    this.jobs = jobs;
    this.transfers = transfers;
    this.kit = kit;
  }

  void fill(VBox box) {
    box.getChildren().add(heading("nav.jobs"));
    box.getChildren().add(statusEntry(null));
    for (JobStatus status : JobStatus.values()) {
      box.getChildren().add(statusEntry(status));
    }
    box.getChildren().add(heading("nav.sending"));
    box.getChildren().add(transfersEntry());
  }

  private Label heading(String key) {
    var heading = new Label(kit.texts().get(key));
    heading.getStyleClass().add("nav-heading");
    return heading;
  }

  private Button statusEntry(@Nullable JobStatus status) {
    String name = status == null ? kit.texts().get("nav.allJobs") : kit.words().status(status);
    Ikon icon = status == null ? Feather.LAYERS : StatusBadge.icon(status);
    var counts = jobs.counts().allProperty();
    var count = Bindings.createStringBinding(() -> count(counts.get(), status), counts);
    var entry = entry(name, icon, count);
    entry.setId("nav-" + (status == null ? "all" : status.wireName()));
    if (status != null) {
      entry.pseudoClassStateChanged(StatusBadge.pseudoClass(status), true);
    }
    entry.setOnAction(
        _ -> {
          frame.screenProperty().set(Screen.JOBS);
          jobs.filterProperty().set(jobs.filterProperty().get().withStatus(status));
        });
    mark(
        entry,
        Bindings.createBooleanBinding(
            () ->
                frame.screenProperty().get() == Screen.JOBS
                    && jobs.filterProperty().get().status() == status,
            frame.screenProperty(),
            jobs.filterProperty()));
    return entry;
  }

  private Button transfersEntry() {
    var amount =
        Bindings.createStringBinding(
            this::transferCount, transfers.unfinishedProperty(), transfers.failedProperty());
    var entry = entry(kit.texts().get("transfers.title"), Feather.SEND, amount);
    entry.setId("nav-transfers");
    entry.setOnAction(_ -> frame.screenProperty().set(Screen.TRANSFERS));
    mark(entry, frame.screenProperty().map(screen -> screen == Screen.TRANSFERS));
    return entry;
  }

  private Button entry(String name, Ikon icon, ObservableValue<String> count) {
    var words = new Label(name);
    words.getStyleClass().add("nav-name");
    var space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    var amount = new Label();
    amount.getStyleClass().add("nav-count");
    amount.setMinWidth(Region.USE_PREF_SIZE);
    amount.textProperty().bind(count);
    var line = new HBox(new FontIcon(icon), words, space, amount);
    line.setAlignment(Pos.CENTER_LEFT);
    line.getStyleClass().add("nav-line");
    var entry = new Button(null, line);
    entry.getStyleClass().add("nav-entry");
    entry.setMaxWidth(Double.MAX_VALUE);
    entry
        .accessibleTextProperty()
        .bind(
            Bindings.createStringBinding(
                () -> kit.texts().format("nav.spoken", name, count.getValue()), count));
    line.prefWidthProperty().bind(entry.widthProperty().subtract(20));
    return entry;
  }

  private static void mark(Button entry, ObservableValue<Boolean> selected) {
    Consumer<Boolean> show = now -> entry.pseudoClassStateChanged(SELECTED, now);
    selected.subscribe(show);
    // A binding is only held weakly by what it watches; the entry keeps it.
    entry.setUserData(selected);
  }

  private String count(@Nullable Counts counts, @Nullable JobStatus status) {
    return counts == null ? "" : kit.amounts().count(JobCountsModel.of(counts, status));
  }

  private String transferCount() {
    int open = transfers.unfinishedProperty().get() + transfers.failedProperty().get();
    return open == 0 ? "" : kit.amounts().count(open);
  }
}
