package io.pipedeck.ui.send;

import io.pipedeck.ui.control.ViewKit;
import javafx.beans.property.ObjectProperty;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/** The row of queues of which one is chosen, and what the chosen one means. */
final class QueueToggles {
  private final HBox row;
  private final Label hint;
  private final ViewKit kit;
  private final ToggleGroup group = new ToggleGroup();

  QueueToggles(HBox row, Label hint, ViewKit kit) {
    this.row = row;
    this.hint = hint;
    this.kit = kit;
  }

  void wire(ObjectProperty<TargetQueue> chosen) {
    for (TargetQueue queue : TargetQueue.values()) {
      row.getChildren().add(toggle(queue));
    }
    group
        .selectedToggleProperty()
        .subscribe(
            (before, now) -> {
              if (now == null) {
                // One of them always holds: a second click on it doesn't take it back.
                before.setSelected(true);
              } else {
                chosen.set((TargetQueue) now.getUserData());
              }
            });
    chosen.subscribe(this::show);
  }

  private void show(TargetQueue queue) {
    group.getToggles().stream()
        .filter(toggle -> toggle.getUserData() == queue)
        .forEach(toggle -> toggle.setSelected(true));
    hint.setText(kit.texts().get("send.queue.hint." + queue.wireName()));
  }

  private ToggleButton toggle(TargetQueue queue) {
    var toggle = new ToggleButton(kit.words().queue(queue.wireName()));
    toggle.setToggleGroup(group);
    toggle.setUserData(queue);
    toggle.setId("queue-" + queue.wireName());
    toggle.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(toggle, Priority.ALWAYS);
    toggle.getStyleClass().add(edge(queue));
    return toggle;
  }

  private static String edge(TargetQueue queue) {
    return switch (queue) {
      case AUTO -> "left-pill";
      case URGENT, DEFAULT -> "center-pill";
      case SLOW -> "right-pill";
    };
  }
}
