package io.pipedeck.config;

import java.nio.file.Path;

/**
 * Where documents are kept.
 *
 * @param folder of the local store
 * @param folderShared whether all nodes see that folder
 * @param smallBytes documents up to this size are kept in PostgreSQL, in the commit of their job
 */
public record DocumentConfig(Store store, Path folder, boolean folderShared, int smallBytes) {
  /** The kinds of store. */
  public enum Store {
    /** A folder of this machine. */
    LOCAL,
    /** PostgreSQL, in parts of 1 MiB: what nodes that share nothing else use. */
    POSTGRES
  }
}
