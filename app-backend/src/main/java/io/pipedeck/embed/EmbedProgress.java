package io.pipedeck.embed;

/** Hears how many texts have their vector. Called on the thread that embeds; must not block. */
@FunctionalInterface
public interface EmbedProgress {
  /** So many of so many are done. */
  void done(int texts, int of);
}
