package io.pipedeck.ui.control;

import java.nio.file.Path;
import java.util.List;

/** Asks the operator. UI thread. */
public interface Dialogs {
  /** Asks before something that can't be taken back; runs {@code yes} only on agreement. */
  void confirm(Question question, Runnable yes);

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
