package io.pipedeck.ui.detail;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.FullText;
import io.pipedeck.ui.control.ViewKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Figures and facts of a job: names on the left, values beside them. */
final class FactGrid {
  private static final int TILE_COLUMNS = 3;

  private final ViewKit kit;

  FactGrid(ViewKit kit) {
    this.kit = kit;
  }

  /** The figures of a result. */
  GridPane result(JobView job, JobFacts facts) {
    List<VBox> tiles = new ArrayList<>();
    tile(tiles, "fact.pages", facts.pages());
    tile(tiles, "fact.words", facts.words());
    tile(tiles, "fact.chunks", facts.chunks());
    tile(tiles, "fact.embeddings", facts.embeddings());
    if (!facts.language().isEmpty()) {
      tiles.add(tile("fact.language", languageName(facts.language())));
    }
    var started = job.startedAt();
    var finished = job.finishedAt();
    if (started != null && finished != null) {
      String took = kit.amounts().duration(Duration.between(started, finished));
      tiles.add(tile("fact.duration", took));
    }
    return inColumns(tiles);
  }

  private static GridPane inColumns(List<VBox> tiles) {
    var grid = new GridPane();
    grid.getStyleClass().add("tiles");
    for (int i = 0; i < TILE_COLUMNS; i++) {
      var column = new ColumnConstraints();
      column.setPercentWidth(100.0 / TILE_COLUMNS);
      grid.getColumnConstraints().add(column);
    }
    for (int i = 0; i < tiles.size(); i++) {
      grid.add(tiles.get(i), i % TILE_COLUMNS, i / TILE_COLUMNS);
    }
    return grid;
  }

  /** What was sent, and where it went. */
  GridPane document(JobView job, JobFacts facts) {
    var grid = grid();
    if (facts.sizeBytes().isPresent()) {
      row(grid, "fact.size", kit.amounts().size(facts.sizeBytes().getAsLong()), "plain");
    }
    row(grid, "fact.type", facts.mediaType(), "plain");
    row(grid, "fact.sha256", facts.sha256(), "mono");
    row(grid, "fact.realm", job.realm() == null ? "" : job.realm(), "plain");
    row(grid, "fact.worker", job.worker() == null ? "" : job.worker(), "mono");
    row(grid, "fact.rqJob", otherId(job), "mono");
    row(grid, "fact.batch", job.batchId() == null ? "" : job.batchId().toString(), "mono");
    return grid;
  }

  /** The id in Redis where it is another one: rows of other programs. */
  private static String otherId(JobView job) {
    String inRedis = job.rqJobId();
    return inRedis == null || inRedis.equals(job.id().toString()) ? "" : inRedis;
  }

  /** Each run of the job, in the order of the answer: newest first. */
  VBox attempts(List<JobView.Attempt> attempts) {
    var box = new VBox();
    box.getStyleClass().add("attempts");
    for (JobView.Attempt attempt : attempts) {
      String took =
          attempt.endedAt() == null
              ? ""
              : kit.amounts().duration(Duration.between(attempt.startedAt(), attempt.endedAt()));
      String outcome = outcome(attempt);
      var head = new Label(kit.texts().format("attempt.line", attempt.attempt(), outcome, took));
      head.getStyleClass().add("attempt-head");
      var at = new Label(kit.amounts().time(attempt.startedAt()) + "  ·  " + attempt.worker());
      at.getStyleClass().add("attempt-at");
      FullText.elide(at);
      box.getChildren().add(new VBox(head, at));
    }
    return box;
  }

  private String outcome(JobView.Attempt attempt) {
    if (attempt.errorCode() != null) {
      return kit.words().errorTitle(attempt.errorCode());
    }
    String key = "attempt." + attempt.outcome();
    return kit.texts().has(key) ? kit.texts().get(key) : attempt.outcome();
  }

  private void tile(List<VBox> tiles, String key, OptionalLong figure) {
    if (figure.isPresent()) {
      tiles.add(tile(key, kit.amounts().count(figure.getAsLong())));
    }
  }

  private VBox tile(String key, String value) {
    var figure = new Label(value);
    figure.getStyleClass().add("tile-value");
    var name = new Label(kit.texts().get(key));
    name.getStyleClass().add("tile-name");
    var tile = new VBox(figure, name);
    tile.getStyleClass().add("tile");
    return tile;
  }

  private String languageName(String code) {
    String name = java.util.Locale.forLanguageTag(code).getDisplayLanguage(kit.texts().locale());
    return name.isEmpty() ? code : name;
  }

  private static GridPane grid() {
    var grid = new GridPane();
    grid.getStyleClass().add("facts");
    var names = new ColumnConstraints();
    names.setMinWidth(Region.USE_PREF_SIZE);
    var values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setMinWidth(0);
    grid.getColumnConstraints().addAll(names, values);
    return grid;
  }

  private void row(GridPane grid, String key, String value, String style) {
    if (value.isEmpty()) {
      return;
    }
    var name = new Label(kit.texts().get(key));
    name.getStyleClass().add("fact-name");
    name.setMinWidth(Region.USE_PREF_SIZE);
    var words = new Label(value);
    words.getStyleClass().addAll("fact-value", style);
    FullText.elide(words);
    name.setLabelFor(words);
    grid.addRow(grid.getRowCount(), name, words);
  }
}
