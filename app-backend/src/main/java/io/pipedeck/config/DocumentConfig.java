package io.pipedeck.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where documents are kept.
 *
 * @param folder of the local store
 * @param folderShared whether all nodes see that folder
 * @param smallBytes documents up to this size are kept in PostgreSQL, in the commit of their job
 * @param stageCache how long outputs of stages are kept beyond the end of their job
 * @param stageCacheBytes how much of them, and how much of one document in any case
 */
public record DocumentConfig(
    Store store,
    Path folder,
    boolean folderShared,
    int smallBytes,
    Duration stageCache,
    long stageCacheBytes) {
  /** The kinds of store. */
  public enum Store {
    /** A folder of this machine. */
    LOCAL,
    /** PostgreSQL, in parts of 1 MiB: what nodes that share nothing else use. */
    POSTGRES
  }
}
