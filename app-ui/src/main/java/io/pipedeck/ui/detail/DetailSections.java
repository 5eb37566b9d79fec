package io.pipedeck.ui.detail;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TitledPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * Builds the parts of a job's detail, most urgent first: what is wrong, what goes on, what came of
 * it.
 */
final class DetailSections {
  private final ViewKit kit;
  private final Texts texts;
  private final Timeline timeline;
  private final FactGrid grid;

  DetailSections(ViewKit kit) {
    this.kit = kit;
    this.texts = kit.texts();
    this.timeline = new Timeline(texts, kit.words());
    this.grid = new FactGrid(kit);
  }

  List<Node> of(JobView job) {
    JobFacts facts = JobFacts.of(job);
    List<Node> sections = new ArrayList<>();
    if (job.status() == JobStatus.FAILED || job.status() == JobStatus.SCHEDULED) {
      addError(sections, job);
    }
    addProgress(sections, job);
    addWaiting(sections, job);
    if (!facts.summary().isEmpty()) {
      sections.add(section("detail.summary", text(facts.summary(), "summary")));
    }
    if (job.result() != null) {
      sections.add(section("detail.result", grid.result(job, facts)));
    }
    if (!facts.warnings().isEmpty()) {
      sections.add(section("detail.warnings", warnings(facts.warnings())));
    }
    sections.add(section("detail.timeline", new TimelineList(timeline.of(job, facts), kit)));
    sections.add(section("detail.document", grid.document(job, facts)));
    var attempts = job.attempts();
    if (attempts != null && attempts.size() > 1) {
      sections.add(section("detail.attempts", grid.attempts(attempts)));
    }
    return sections;
  }

  private void addError(List<Node> sections, JobView job) {
    ErrorCode code = job.errorCode();
    if (code == null && job.error() == null) {
      return;
    }
    var words = new VBox();
    words.getStyleClass().add("error-words");
    HBox.setHgrow(words, Priority.ALWAYS);
    if (code != null) {
      words.getChildren().add(text(kit.words().errorTitle(code), "error-title"));
      words.getChildren().add(text(kit.words().errorRemedy(code), "error-remedy"));
    } else {
      words.getChildren().add(text(texts.get("error.foreign.title"), "error-title"));
    }
    String technical =
        (code == null ? "" : code.wireName() + "\n") + (job.error() == null ? "" : job.error());
    var folded = new TitledPane(texts.get("details.technical"), text(technical, "technical"));
    folded.setExpanded(false);
    folded.setAnimated(false);
    folded.getStyleClass().add("folded");
    words.getChildren().add(folded);
    boolean retrying = job.status() == JobStatus.SCHEDULED;
    var card =
        new HBox(new FontIcon(retrying ? Feather.ALERT_TRIANGLE : Feather.ALERT_OCTAGON), words);
    card.getStyleClass().addAll("error-card", retrying ? "error-retrying" : "error-final");
    sections.add(card);
  }

  private void addProgress(List<Node> sections, JobView job) {
    JobView.Progress progress = job.progress();
    if (job.status() != JobStatus.RUNNING) {
      return;
    }
    var bar = new ProgressBar(progress == null ? -1 : progress.percent() / 100.0);
    bar.setMaxWidth(Double.MAX_VALUE);
    var line =
        progress == null
            ? new Label(texts.get("jobs.progress.starting"))
            : new Label(
                texts.format(
                    "jobs.progress.stage",
                    kit.words().stage(progress.stage()),
                    progress.percent()));
    line.getStyleClass().add("progress-line");
    var box = new VBox(line, bar);
    if (progress != null && progress.detail() != null) {
      box.getChildren().add(text(progress.detail(), "progress-detail"));
    }
    box.getStyleClass().add("progress-box");
    sections.add(box);
  }

  private void addWaiting(List<Node> sections, JobView job) {
    JobView.Waiting waiting = job.waiting();
    if (waiting == null) {
      return;
    }
    var words = new VBox(text(kit.words().waiting(waiting), "waiting-title"));
    String remedy = "waiting." + waiting.reason() + ".remedy";
    if (texts.has(remedy)) {
      words.getChildren().add(text(texts.get(remedy), "waiting-remedy"));
    }
    var card = new HBox(new FontIcon(Feather.CLOCK), words);
    card.getStyleClass().add("waiting-card");
    sections.add(card);
  }

  private static VBox warnings(List<String> warnings) {
    var box = new VBox();
    box.getStyleClass().add("warnings");
    for (String warning : warnings) {
      var line = new HBox(new FontIcon(Feather.ALERT_TRIANGLE), text(warning, "warning"));
      line.getStyleClass().add("warning-line");
      box.getChildren().add(line);
    }
    return box;
  }

  private VBox section(String titleKey, Node content) {
    var title = new Label(texts.get(titleKey));
    title.getStyleClass().add("section-title");
    var section = new VBox(title, content);
    section.getStyleClass().add("section");
    return section;
  }

  private static Label text(String words, String style) {
    var label = new Label(words);
    label.setWrapText(true);
    label.setMinHeight(javafx.scene.layout.Region.USE_PREF_SIZE);
    label.getStyleClass().add(style);
    return label;
  }
}
