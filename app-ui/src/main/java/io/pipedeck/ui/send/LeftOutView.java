package io.pipedeck.ui.send;

import io.pipedeck.ui.text.Texts;
import java.util.Locale;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;

/** The list of what is not sent, each with its reason. */
final class LeftOutView {
  private static final int SHOWN = 4;

  private final VBox box;
  private final Label title;
  private final VBox list;
  private final Texts texts;

  LeftOutView(VBox box, Label title, VBox list, Texts texts) {
    this.box = box;
    this.title = title;
    this.list = list;
    this.texts = texts;
    box.managedProperty().bind(box.visibleProperty());
  }

  void wire(ObservableList<LeftOut> leftOut) {
    leftOut.addListener((ListChangeListener<LeftOut>) _ -> show(leftOut));
    show(leftOut);
  }

  private void show(ObservableList<LeftOut> leftOut) {
    box.setVisible(!leftOut.isEmpty());
    title.setText(texts.format("send.leftOut", leftOut.size()));
    list.getChildren().setAll(leftOut.stream().limit(SHOWN).map(this::line).toList());
    if (leftOut.size() > SHOWN) {
      list.getChildren().add(new Label(texts.format("send.leftOut.more", leftOut.size() - SHOWN)));
    }
  }

  private Label line(LeftOut each) {
    String reason = texts.get("send.leftOut." + each.reason().name().toLowerCase(Locale.ROOT));
    var line =
        new Label(
            texts.format("send.leftOut.line", String.valueOf(each.path().getFileName()), reason));
    line.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
    line.setTooltip(new Tooltip(each.path().toString()));
    return line;
  }
}
