package io.pipedeck.config;

import java.nio.file.Path;

/**
 * Where documents are kept.
 *
 * @param folder of the local store
 * @param folderShared whether all nodes see that folder
 */
public record DocumentConfig(Store store, Path folder, boolean folderShared) {
  /** The kinds of store. */
  public enum Store {
    /** A folder of this machine. */
    LOCAL,
    /** PostgreSQL, in parts of 1 MiB: what nodes that share nothing else use. */
    POSTGRES
  }
}
