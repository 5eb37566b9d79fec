package io.pipedeck.ui.control;

import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.value.ObservableValue;

/**
 * An action with what it does here and now.
 *
 * @param run what it does; called only while available
 * @param unavailable why it can't be done now, in words; empty when it can
 */
public record Command(UiAction action, Runnable run, ObservableValue<String> unavailable) {
  /** A command that can always be done. */
  public static Command always(UiAction action, Runnable run) {
    return new Command(action, run, new javafx.beans.property.SimpleStringProperty(""));
  }

  /** Does it, unless it can't be done now. */
  public void fire() {
    if (unavailable.getValue().isEmpty()) {
      run.run();
    }
  }

  /** Whether it can't be done now. */
  public BooleanBinding disabled() {
    return Bindings.createBooleanBinding(() -> !unavailable.getValue().isEmpty(), unavailable);
  }
}
