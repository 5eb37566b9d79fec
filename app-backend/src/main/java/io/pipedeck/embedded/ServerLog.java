package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server says, in a file that is set aside as {@code .1} when it has grown to its limit.
 * Safe between threads.
 */
final class ServerLog {
  private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

  private final Path file;
  private final long limitBytes;
  private boolean unwritable;

  ServerLog(Path file, long limitBytes) {
    this.file = file;
    this.limitBytes = limitBytes;
  }

  /** Never fails: a server whose output nobody takes any more would stand still. */
  synchronized void add(String line) {
    try {
      write((line + "\n").getBytes(StandardCharsets.UTF_8));
      unwritable = false;
    } catch (IOException e) {
      if (!unwritable) {
        LOG.warn("The log {} can't be written; its lines are lost until it can", file, e);
      }
      unwritable = true;
    }
  }

  private void write(byte[] bytes) throws IOException {
    if (Files.exists(file) && Files.size(file) + bytes.length > limitBytes) {
      Path earlier = file.resolveSibling(file.getFileName() + ".1");
      Files.move(file, earlier, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
