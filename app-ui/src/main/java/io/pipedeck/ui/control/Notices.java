package io.pipedeck.ui.control;

import io.pipedeck.api.Problem;

/** Tells the operator what came of an action. UI thread. */
public interface Notices {
  /** It worked; shown for some seconds. */
  void done(String text);

  /** It worked and can be taken back; shown for some seconds. */
  void done(String text, Runnable undo);

  /**
   * It did not work; stays until dismissed.
   *
   * @param text what did not happen
   * @param problem why; its code and request id are folded away
   */
  void failed(String text, Problem problem);
}
