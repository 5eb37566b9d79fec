package io.pipedeck.pipeline;

import org.jspecify.annotations.Nullable;

/** Hears how far a document is. Called on the pipeline's thread; must not block. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * The document is here now.
   *
   * @param percent of the whole pipeline, 0 to 100, never going back
   * @param detail such as "page 12 of 240", null where there is nothing to count
   */
  void at(Stage stage, int percent, @Nullable String detail);
}
