package io.pipedeck.ui.control;

import io.pipedeck.api.JobStatus;
import io.pipedeck.ui.text.JobWords;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** A status as shape, word and colour. */
public final class StatusBadge extends Label {
  private final transient JobWords words;
  private final transient FontIcon icon = new FontIcon();

  public StatusBadge(JobWords words) {
    this.words = words;
    getStyleClass().add("status-badge");
    setGraphic(icon);
    setMinWidth(USE_PREF_SIZE);
  }

  /** Shows this status, or nothing. */
  public void show(@Nullable JobStatus status) {
    setVisible(status != null);
    for (JobStatus each : JobStatus.values()) {
      pseudoClassStateChanged(pseudoClass(each), each == status);
    }
    if (status != null) {
      setText(words.status(status));
      icon.setIconCode(icon(status));
    }
  }

  /** The picture of a status; its shape alone tells it from the others. */
  public static Ikon icon(JobStatus status) {
    return switch (status) {
      case QUEUED -> Feather.CLOCK;
      case SCHEDULED -> Feather.CALENDAR;
      case RUNNING -> Feather.PLAY_CIRCLE;
      case FINISHED -> Feather.CHECK_CIRCLE;
      case FAILED -> Feather.ALERT_OCTAGON;
      case CANCELED -> Feather.SLASH;
    };
  }

  /** The state by which style sheets know a status. */
  public static PseudoClass pseudoClass(JobStatus status) {
    return PseudoClass.getPseudoClass(status.wireName());
  }
}
