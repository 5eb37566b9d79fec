package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.layout.ColumnFill;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.scene.control.TableColumn;
import org.jspecify.annotations.Nullable;

/** The list's columns. Their ids are stable: the window remembers them by these. */
final class JobColumns {
  private final ViewKit kit;
  private final JobOutcome outcome;

  JobColumns(ViewKit kit) {
    this.kit = kit;
    this.outcome = new JobOutcome(kit.texts(), kit.words());
  }

  /** All columns in their usual order; the last ones start hidden. */
  List<TableColumn<JobRow, JobView>> all() {
    var words = kit.words();
    var progress = column("progress", 146, () -> new ProgressCell(outcome, words));
    ColumnFill.share(progress);
    var file = column("file", 168, () -> text(JobNames::of, JobNames::of, "file-cell"));
    ColumnFill.share(file);
    return List.of(
        status("status", 106, () -> new StatusCell(words)),
        file,
        progress,
        column("realm", 96, () -> text(job -> orDash(job.realm()), "plain-cell")),
        column("queue", 66, () -> text(job -> words.queue(job.queue()), "plain-cell")),
        figure("created", 60, () -> ticking(this::age, job -> exact(job.createdAt()))),
        figure("duration", 92, () -> ticking(this::duration, this::durationHint)),
        hidden(figure("attempt", 76, () -> text(this::attempt, "figure"))),
        hidden(column("worker", 120, () -> text(job -> orDash(job.worker()), "mono-cell"))),
        hidden(column("id", 130, () -> text(job -> job.id().toString(), "mono-cell"))));
  }

  /** What the cell of that column says, for the clipboard. */
  String valueOf(String column, JobView job) {
    Instant now = kit.now().getValue();
    return switch (column) {
      case "status" -> kit.words().status(job.status());
      case "file" -> JobNames.of(job);
      case "progress" -> outcome.line(job);
      case "realm" -> orDash(job.realm());
      case "queue" -> job.queue();
      case "created" -> exact(job.createdAt());
      case "duration" -> duration(job, now);
      case "attempt" -> attempt(job);
      case "worker" -> orDash(job.worker());
      default -> job.id().toString();
    };
  }

  private TableColumn<JobRow, JobView> column(String id, double width, Supplier<JobCell> cell) {
    var column = new TableColumn<JobRow, JobView>(kit.texts().get("jobs.column." + id));
    column.setId(id);
    column.setPrefWidth(width);
    // The server sorts: sorting the loaded rows alone would show a wrong order as if it were right.
    column.setSortable(false);
    column.setCellValueFactory(row -> row.getValue().jobProperty());
    column.setCellFactory(_ -> cell.get());
    return column;
  }

  private TableColumn<JobRow, JobView> figure(String id, double width, Supplier<JobCell> cell) {
    var column = column(id, width, cell);
    column.getStyleClass().add("figure-column");
    return column;
  }

  private TableColumn<JobRow, JobView> status(String id, double width, Supplier<JobCell> cell) {
    var column = column(id, width, cell);
    column.getStyleClass().add("status-column");
    return column;
  }

  private static TableColumn<JobRow, JobView> hidden(TableColumn<JobRow, JobView> column) {
    column.setVisible(false);
    return column;
  }

  private JobCell text(Function<JobView, String> words, String style) {
    return text(words, words, style);
  }

  private JobCell text(
      Function<JobView, String> words, Function<JobView, String> hint, String style) {
    return new TextCell(words, hint, style);
  }

  private JobCell ticking(
      java.util.function.BiFunction<JobView, Instant, String> words,
      Function<JobView, String> hint) {
    return new TickingCell(words, hint, kit.now());
  }

  private String age(JobView job, Instant now) {
    return job.createdAt() == null ? "–" : kit.amounts().age(job.createdAt(), now);
  }

  private String duration(JobView job, Instant now) {
    Instant started = job.startedAt();
    // A job that waits for another attempt still has the times of the last one.
    boolean waits = job.status() == JobStatus.QUEUED || job.status() == JobStatus.SCHEDULED;
    if (started == null || waits) {
      return "–";
    }
    Instant ended = job.finishedAt();
    return ended == null
        ? kit.amounts().ticking(Duration.between(started, now))
        : kit.amounts().duration(Duration.between(started, ended));
  }

  private String durationHint(JobView job) {
    return job.startedAt() == null
        ? ""
        : kit.texts().format("jobs.startedAt", exact(job.startedAt()));
  }

  private String attempt(JobView job) {
    if (job.attempt() == null || job.attempt() == 0) {
      return "–";
    }
    return job.maxAttempts() == null
        ? kit.amounts().count(job.attempt())
        : kit.texts().format("jobs.attemptOf", job.attempt(), job.maxAttempts());
  }

  private String exact(@Nullable Instant instant) {
    return instant == null ? "" : kit.amounts().exact(instant);
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "–" : text;
  }
}
