package io.pipedeck.ui.detail;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.text.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TitledPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What an operator has to know first: what went wrong, how far it is, or what it waits for. */
final class StateCards {
  /** A running job reports far more often than this. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final ViewKit kit;
  private final Texts texts;
  private @Nullable UUID unfolded;

  StateCards(ViewKit kit) {
    this.kit = kit;
    this.texts = kit.texts();
  }

  List<Node> of(JobView job) {
    List<Node> cards = new ArrayList<>();
    boolean failedBefore = job.status() == JobStatus.FAILED || job.status() == JobStatus.SCHEDULED;
    if (failedBefore && (job.errorCode() != null || job.error() != null)) {
      cards.add(error(job));
    }
    if (job.status() == JobStatus.RUNNING) {
      cards.add(progress(job.progress()));
    }
    if (job.waiting() != null) {
      cards.add(waiting(job.waiting()));
    }
    return cards;
  }

  private HBox error(JobView job) {
    ErrorCode code = job.errorCode();
    var words = new VBox();
    words.getStyleClass().add("error-words");
    HBox.setHgrow(words, Priority.ALWAYS);
    if (code == null) {
      words.getChildren().add(Words.wrapped(texts.get("error.foreign.title"), "error-title"));
    } else {
      words.getChildren().add(Words.wrapped(kit.words().errorTitle(code), "error-title"));
      words.getChildren().add(Words.wrapped(kit.words().errorRemedy(code), "error-remedy"));
    }
    words.getChildren().add(technical(job));
    boolean retrying = job.status() == JobStatus.SCHEDULED;
    var icon = new FontIcon(retrying ? Feather.ALERT_TRIANGLE : Feather.ALERT_OCTAGON);
    var card = new HBox(icon, words);
    card.getStyleClass().addAll("error-card", retrying ? "error-retrying" : "error-final");
    return card;
  }

  /** Folded at first; stays open over refreshes once the operator opened it. */
  private TitledPane technical(JobView job) {
    String code = job.errorCode() == null ? "" : job.errorCode().wireName() + "\n";
    String error = job.error() == null ? "" : job.error();
    var pane =
        new TitledPane(texts.get("details.technical"), Words.wrapped(code + error, "technical"));
    pane.setExpanded(job.id().equals(unfolded));
    pane.expandedProperty().subscribe((_, open) -> unfolded = open ? job.id() : null);
    pane.setAnimated(false);
    pane.getStyleClass().add("folded");
    return pane;
  }

  private VBox progress(JobView.@Nullable Progress progress) {
    var bar = new ProgressBar(progress == null ? -1 : progress.percent() / 100.0);
    bar.setMaxWidth(Double.MAX_VALUE);
    var line = new Label(progress == null ? texts.get("jobs.progress.starting") : stage(progress));
    line.getStyleClass().add("progress-line");
    var box = new VBox(line, bar);
    if (progress != null) {
      var detail = Words.wrapped("", "progress-detail");
      detail.textProperty().bind(Bindings.createStringBinding(() -> detail(progress), kit.now()));
      box.getChildren().add(detail);
    }
    box.getStyleClass().add("progress-box");
    return box;
  }

  private String stage(JobView.Progress progress) {
    return texts.format(
        "jobs.progress.stage", kit.words().stage(progress.stage()), progress.percent());
  }

  private String detail(JobView.Progress progress) {
    String told = progress.detail() == null ? "" : progress.detail();
    Duration silent = Duration.between(progress.at(), kit.now().getValue());
    return silent.compareTo(SILENCE) < 0
        ? told
        : texts.format("detail.noSign", told, kit.amounts().ticking(silent)).strip();
  }

  private HBox waiting(JobView.Waiting waiting) {
    var words = new VBox(Words.wrapped(kit.words().waiting(waiting), "waiting-title"));
    String remedy = "waiting." + waiting.reason() + ".remedy";
    if (texts.has(remedy)) {
      words.getChildren().add(Words.wrapped(texts.get(remedy), "waiting-remedy"));
    }
    var card = new HBox(new FontIcon(Feather.CLOCK), words);
    card.getStyleClass().add("waiting-card");
    return card;
  }
}
