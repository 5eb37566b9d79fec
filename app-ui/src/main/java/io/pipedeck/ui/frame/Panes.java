package io.pipedeck.ui.frame;

import io.pipedeck.ui.detail.JobDetailController;
import io.pipedeck.ui.jobs.JobsController;
import javafx.scene.Node;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Moves the keyboard between navigation, list and detail. */
final class Panes {
  private final VBox navigation;
  private final JobsController jobs;
  private final JobDetailController detail;
  private final SplitPane split;

  Panes(VBox navigation, JobsController jobs, JobDetailController detail, SplitPane split) {
    this.navigation = navigation;
    this.jobs = jobs;
    this.detail = detail;
    this.split = split;
  }

  /** From navigation to list to detail and around. */
  void next() {
    if (hasFocus(navigation)) {
      jobs.focus();
    } else if (hasFocus(jobs.table())) {
      detail.focus();
    } else {
      navigation.getChildren().stream()
          .filter(Node::isFocusTraversable)
          .findFirst()
          .ifPresent(Node::requestFocus);
    }
  }

  /** From the detail to its row; returns whether the keyboard was in the detail. */
  boolean backToList() {
    boolean inDetail = hasFocus(split.getItems().getLast());
    if (inDetail) {
      jobs.focus();
    }
    return inDetail;
  }

  private static boolean hasFocus(Node pane) {
    for (@Nullable Node each = pane.getScene().getFocusOwner();
        each != null;
        each = each.getParent()) {
      if (each.equals(pane)) {
        return true;
      }
    }
    return false;
  }
}
