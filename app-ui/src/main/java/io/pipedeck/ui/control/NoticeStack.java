package io.pipedeck.ui.control;

import io.pipedeck.ui.text.Texts;
import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.TitledPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Shows up to three notices in a corner; says how many more there are. */
public final class NoticeStack extends VBox {
  private static final int SHOWN = 3;

  private final transient NoticesViewModel model;
  private final transient Texts texts;

  public NoticeStack(NoticesViewModel model, Texts texts) {
    this.model = model;
    this.texts = texts;
    getStyleClass().add("notice-stack");
    setPickOnBounds(false);
    setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
    model.notices().addListener((ListChangeListener<Notice>) _ -> rebuild());
  }

  private void rebuild() {
    List<Notice> all = model.notices();
    List<Notice> visible = all.subList(Math.max(0, all.size() - SHOWN), all.size());
    getChildren().setAll(visible.stream().map(this::card).toList());
    if (all.size() > SHOWN) {
      var more = new Label(texts.format("notice.more", all.size() - SHOWN));
      more.getStyleClass().add("notice-more");
      getChildren().addFirst(more);
    }
  }

  private HBox card(Notice notice) {
    boolean failed = notice.kind() == Notice.Kind.FAILED;
    var icon = new FontIcon(failed ? Feather.ALERT_OCTAGON : Feather.CHECK_CIRCLE);
    var words = new VBox(text(notice.text(), "notice-text"));
    words.getStyleClass().add("notice-words");
    HBox.setHgrow(words, Priority.ALWAYS);
    if (notice.reason() != null) {
      words.getChildren().add(text(notice.reason(), "notice-reason"));
    }
    if (notice.technical() != null) {
      words.getChildren().add(folded(notice.technical()));
    }
    var card = new HBox(icon, words);
    undoLink(notice, card);
    card.getChildren().add(dismissButton(notice));
    card.setAlignment(Pos.TOP_LEFT);
    card.getStyleClass().addAll("notice", failed ? "notice-failed" : "notice-done");
    // Failures are announced, good news is not.
    card.setAccessibleRole(failed ? AccessibleRole.DIALOG : AccessibleRole.TEXT);
    card.setAccessibleText(notice.text());
    return card;
  }

  private void undoLink(Notice notice, HBox card) {
    Runnable undo = notice.undo();
    if (undo != null) {
      var link = new Hyperlink(texts.get("notice.undo"));
      link.setTooltip(new Tooltip(texts.get("notice.undo.tooltip")));
      link.setMinWidth(USE_PREF_SIZE);
      link.setOnAction(
          _ -> {
            model.dismiss(notice);
            undo.run();
          });
      card.getChildren().add(link);
    }
  }

  private Button dismissButton(Notice notice) {
    var dismiss = new Button(null, new FontIcon(Feather.X));
    dismiss.getStyleClass().addAll("button-icon", "flat", "small");
    dismiss.setAccessibleText(texts.get("notice.dismiss"));
    dismiss.setTooltip(new Tooltip(texts.get("notice.dismiss")));
    dismiss.setOnAction(_ -> model.dismiss(notice));
    return dismiss;
  }

  private TitledPane folded(String technical) {
    var pane = new TitledPane(texts.get("details.technical"), text(technical, "technical"));
    pane.setExpanded(false);
    pane.setAnimated(false);
    pane.getStyleClass().add("folded");
    return pane;
  }

  private static Label text(@Nullable String words, String style) {
    var label = new Label(words);
    label.setWrapText(true);
    label.getStyleClass().add(style);
    return label;
  }
}
