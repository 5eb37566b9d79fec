package io.pipedeck.config;

import java.nio.file.Path;
import java.util.List;

/**
 * How Python programs' jobs are taken in.
 *
 * @param documentFolders absolute; their {@code file_path} is read only below these
 * @param functionNames under which they call the built-in function
 * @param sharedQueues queues that Python workers serve beside ours: jobs there are taken from Redis
 *     alone
 */
public record RqConfig(
    List<Path> documentFolders, List<String> functionNames, List<String> sharedQueues) {
  public RqConfig {
    documentFolders = List.copyOf(documentFolders);
    functionNames = List.copyOf(functionNames);
    sharedQueues = List.copyOf(sharedQueues);
  }
}
