package io.pipedeck.embedded;

/** Is told what a start is doing, for the person who waits; called on the starting thread. */
@FunctionalInterface
public interface StartupProgress {
  /**
   * A new step begins.
   *
   * @param what a short English phrase, such as {@code Creating the database cluster}
   */
  void step(String what);

  /** For a start that nobody watches. */
  static StartupProgress silent() {
    return what -> {};
  }
}
