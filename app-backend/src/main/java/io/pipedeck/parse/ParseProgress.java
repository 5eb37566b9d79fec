package io.pipedeck.parse;

/** Hears which page is being read. Called on the thread that parses; must not block. */
@FunctionalInterface
public interface ParseProgress {
  /**
   * A page begins.
   *
   * @param page from 1
   * @param of how many the document has, 0 where that is not known
   */
  void page(int page, int of);
}
