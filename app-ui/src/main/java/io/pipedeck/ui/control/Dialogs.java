package io.pipedeck.ui.control;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Asks the operator. UI thread. */
public interface Dialogs {
  /** Asks before something that can't be taken back; runs {@code yes} only on agreement. */
  void confirm(Question question, Runnable yes);

  /** Asks for a password; gives one that is not empty to {@code then}, or nothing happens. */
  void askPassword(Question question, Consumer<String> then);

  /** Lets files be chosen; empty if none were. */
  List<Path> chooseFiles();

  /**
   * A question.
   *
   * @param title action and object, as a question
   * @param consequence what happens then
   * @param verb label of the button that does it
   * @param stay label of the button that does not; the default
   */
  record Question(String title, String consequence, String verb, String stay) {}
}
