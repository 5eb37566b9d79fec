package io.pipedeck.ui.detail;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
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
  private final StateCards cards;

  DetailSections(ViewKit kit) {
    this.kit = kit;
    this.texts = kit.texts();
    this.timeline = new Timeline(texts, kit.words());
    this.grid = new FactGrid(kit);
    this.cards = new StateCards(kit);
  }

  List<Node> of(JobView job) {
    JobFacts facts = JobFacts.of(job);
    List<Node> sections = new ArrayList<>(cards.of(job));
    if (!facts.summary().isEmpty()) {
      sections.add(section("detail.summary", Words.wrapped(facts.summary(), "summary")));
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

  private static VBox warnings(List<String> warnings) {
    var box = new VBox();
    box.getStyleClass().add("warnings");
    for (String warning : warnings) {
      var line = new HBox(new FontIcon(Feather.ALERT_TRIANGLE), Words.wrapped(warning, "warning"));
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
}
