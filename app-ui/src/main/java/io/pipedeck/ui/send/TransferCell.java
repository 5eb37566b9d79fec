package io.pipedeck.ui.send;

import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.control.FullText;
import io.pipedeck.ui.control.ViewKit;
import java.util.UUID;
import java.util.function.Consumer;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** A transfer: name, where to, size, bar, state, and what can be done. */
final class TransferCell extends ListCell<Transfer> {
  private static final PseudoClass FAILED = PseudoClass.getPseudoClass("failed");
  private static final PseudoClass ACCEPTED = PseudoClass.getPseudoClass("accepted");

  private final transient ViewKit kit;
  private final transient FontIcon icon = new FontIcon();
  private final transient Label name = new Label();
  private final transient Label target = new Label();
  private final transient Label size = new Label();
  private final transient ProgressBar bar = new ProgressBar();
  private final transient Label state = new Label();
  private final transient Hyperlink job = new Hyperlink();
  private final transient Button retry;
  private final transient HBox line;
  private transient Subscription watching = Subscription.EMPTY;

  TransferCell(ViewKit kit, TransfersViewModel model, Consumer<UUID> openJob) {
    this.kit = kit;
    retry = button(Feather.ROTATE_CW, "transfers.retry");
    retry.setOnAction(_ -> model.retry(getItem()));
    var remove = button(Feather.X, "transfers.remove");
    remove.setOnAction(_ -> model.remove(getItem()));
    job.setText(kit.texts().get("transfers.openJob"));
    job.setMinWidth(Region.USE_PREF_SIZE);
    job.setOnAction(_ -> open(openJob));
    FullText.elide(name);
    FullText.elide(state);
    target.getStyleClass().add("file-folder");
    size.getStyleClass().add("file-size");
    size.setMinWidth(Region.USE_PREF_SIZE);
    state.getStyleClass().add("transfer-state");
    bar.getStyleClass().add("small");
    bar.setMaxWidth(Double.MAX_VALUE);
    var words = new VBox(name, target);
    words.setMinWidth(0);
    words.setPrefWidth(0);
    HBox.setHgrow(words, Priority.ALWAYS);
    var status = new VBox(state, bar);
    status.getStyleClass().add("transfer-status");
    line = new HBox(icon, words, size, status, job, retry, remove);
    line.setAlignment(Pos.CENTER_LEFT);
    line.getStyleClass().add("transfer-line");
    setPrefWidth(0);
  }

  @Override
  protected void updateItem(@Nullable Transfer transfer, boolean empty) {
    super.updateItem(transfer, empty);
    watching.unsubscribe();
    watching = Subscription.EMPTY;
    if (empty || transfer == null) {
      setGraphic(null);
      pseudoClassStateChanged(FAILED, false);
      pseudoClassStateChanged(ACCEPTED, false);
      return;
    }
    icon.setIconCode(FileIcons.of(transfer.file().name()));
    name.setText(transfer.file().name());
    target.setText(target(transfer));
    size.setText(kit.amounts().size(transfer.file().sizeBytes()));
    watching =
        Subscription.combine(
            transfer.progressProperty().subscribe(_ -> show(transfer)),
            transfer.stateProperty().subscribe(_ -> show(transfer)));
    setGraphic(line);
  }

  private void show(Transfer transfer) {
    Transfer.State now = transfer.state();
    state.setText(words(transfer));
    bar.setProgress(transfer.progressProperty().get());
    visible(bar, now == Transfer.State.SENDING);
    visible(job, now == Transfer.State.ACCEPTED);
    visible(retry, now == Transfer.State.FAILED);
    pseudoClassStateChanged(FAILED, now == Transfer.State.FAILED);
    pseudoClassStateChanged(ACCEPTED, now == Transfer.State.ACCEPTED);
  }

  private String words(Transfer transfer) {
    return switch (transfer.state()) {
      case WAITING -> kit.texts().get("transfers.waiting");
      case SENDING -> {
        double part = transfer.progressProperty().get();
        // Everything is out; the backend answers once it is safely stored.
        yield part >= 1
            ? kit.texts().get("transfers.storing")
            : kit.texts().format("transfers.sending", (int) (part * 100));
      }
      case ACCEPTED -> accepted(transfer.answerProperty().get());
      case FAILED -> failed(transfer.problemProperty().get());
    };
  }

  private String accepted(@Nullable EnqueueAnswer answer) {
    return answer == null
        ? ""
        : kit.texts().format("transfers.accepted", kit.words().queue(answer.queue()));
  }

  private String failed(@Nullable Problem problem) {
    return problem == null ? "" : kit.words().problem(problem);
  }

  private String target(Transfer transfer) {
    String queue = kit.words().queue(transfer.upload().queue());
    String realm = transfer.upload().realm();
    return realm == null ? queue : queue + "  ·  " + realm;
  }

  private void open(Consumer<UUID> openJob) {
    EnqueueAnswer answer = getItem().answerProperty().get();
    if (answer != null) {
      openJob.accept(answer.jobId());
    }
  }

  private Button button(Ikon picture, String key) {
    var button = new Button(null, new FontIcon(picture));
    button.getStyleClass().addAll("button-icon", "flat");
    button.setAccessibleText(kit.texts().get(key));
    button.setTooltip(new Tooltip(kit.texts().get(key)));
    return button;
  }

  private static void visible(javafx.scene.Node node, boolean visible) {
    node.setVisible(visible);
    node.setManaged(visible);
  }
}
